using System.Net;
using System.Text.Json;
using JobOrchestrator.Core;
using JobOrchestrator.Sdk;
using JobOrchestrator.Tests.Sdk;
using TestSupport;

namespace JobOrchestrator.Tests.Features;

/// <summary>A job's events, as callers see them.</summary>
public sealed class ListChangesTests
{
    [Fact]
    public async Task Changes_OfAJob_AreItsEventsAsPublished()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        await host.SubmitAsync("""{"queue":"q","type":"send","owner":"shop"}""");
        await host.SubmitAsync("""{"queue":"other"}""");
        (JobId id, string token) = await host.LeaseAsync("q");
        await host.AdvanceAsync(TimeSpan.FromSeconds(3));
        await host.PostAsync($"/jobs/{id}/complete", $$"""{"leaseToken":"{{token}}","result":1}""");
        await Eventually.TrueAsync(
            async () => (await ChangesAsync(host, id)).All(change => change.GetProperty("publication").GetString() == "taken"),
            "the broker has them");

        Answer answer = await host.GetAsync($"/jobs/{id}/changes");

        JsonElement[] changes = [.. answer.Json.GetProperty("changes").EnumerateArray()];
        Assert.Equal((id.Value, 3L), (answer.Json.GetProperty("jobId").GetGuid(), answer.Json.GetProperty("sequence").GetInt64()));
        Assert.Equal(
            [(1L, "job.created"), (2L, "job.updated"), (3L, "job.completed")],
            changes.Select(change => (change.GetProperty("sequence").GetInt64(), change.GetProperty("type").GetString())));
        Assert.Equal("2030-01-01T00:00:03Z", changes[2].GetProperty("occurredAt").GetString());
        Assert.Equal("2030-01-01T00:00:03Z", changes[2].GetProperty("publishedAt").GetString());
        Assert.Equal($"{id}-3", changes[2].GetProperty("event").GetProperty("id").GetString());
        Assert.Equal("shop", changes[2].GetProperty("event").GetProperty("data").GetProperty("owner").GetString());
        Assert.False(answer.Json.TryGetProperty("next", out _));
        Assert.Null(answer["Link"]);
    }

    [Fact]
    public async Task Changes_OfMoreThanAPage_GoOnByNext()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        await host.SubmitAsync("""{"queue":"q","leaseSeconds":3600}""");
        (JobId id, string token) = await host.LeaseAsync("q");
        for (int percent = 1; percent <= 230; percent++)
        {
            await host.PostAsync(
                $"/jobs/{id}/heartbeat", $$$"""{"leaseToken":"{{{token}}}","progress":{"message":"page {{{percent}}}"}}""");
        }

        Answer first = await host.GetAsync($"/jobs/{id}/changes");
        string next = first.Json.GetProperty("next").GetString()!;
        Answer second = await host.GetAsync($"/jobs/{id}/changes?cursor={next}");
        JobId other = await host.SubmitAsync();
        (await host.GetAsync($"/jobs/{other}/changes?cursor={next}")).ShouldBeProblem(HttpStatusCode.BadRequest, "malformed-request");

        Assert.Contains($"/jobs/{id}/changes?cursor={next}>; rel=\"next\"", first["Link"]);
        Assert.False(second.Json.TryGetProperty("next", out _));
        Assert.Equal(200, first.Json.GetProperty("changes").GetArrayLength());
        Assert.Equal(
            Enumerable.Range(1, 232),
            new[] { first, second }.SelectMany(page => page.Json.GetProperty("changes").EnumerateArray())
                .Select(change => change.GetProperty("sequence").GetInt32()));
    }

    [Fact]
    public async Task Changes_OfAKindWithoutATopic_AreInTheFeedAlone()
    {
        await using ApiHost host = await ApiHost.StartAsync(
            replica: settings => settings with { Topics = new Dictionary<Core.JobEventKind, string>() });
        JobId id = await host.SubmitAsync();

        Assert.Equal("none", Assert.Single(await ChangesAsync(host, id)).GetProperty("publication").GetString());
    }

    [Fact]
    public async Task Changes_OfNoJobOrOfOthers_AreNotToBeHad()
    {
        await using ApiHost host = await ApiHost.StartAsync(settings: TestKeys.Of(
            ("root", ["Admin=true"]), ("shop", ["Owner=shop", "Permissions=Submit", "SubmitQueues:0=*"])));
        (string, string) root = ("X-Api-Key", TestKeys.Secret("root")), shop = ("X-Api-Key", TestKeys.Secret("shop"));
        string own = await SubmitAsync("shop"), others = await SubmitAsync("desk");
        string gone = await SubmitAsync("shop");
        await host.PostAsync($"{gone}/cancel", "", root);
        await host.SendAsync(HttpMethod.Delete, $"{gone}?purge=true", null, root);

        Assert.Equal(HttpStatusCode.OK, (await host.GetAsync($"{own}/changes", shop)).Status);
        (await host.GetAsync($"{others}/changes", shop)).ShouldBeProblem(HttpStatusCode.NotFound, "job-not-found");
        (await host.GetAsync("/jobs/none/changes", shop)).ShouldBeProblem(HttpStatusCode.NotFound, "job-not-found");
        (await host.GetAsync($"{gone}/changes", shop)).ShouldBeProblem(HttpStatusCode.Gone, "job-purged");
        (await host.GetAsync($"{own}/changes?cursor=none", shop)).ShouldBeProblem(HttpStatusCode.BadRequest, "malformed-request");

        async Task<string> SubmitAsync(string owner) =>
            $"/jobs/{(await host.PostAsync("/jobs", $$"""{"owner":"{{owner}}"}""", root)).JobId}";
    }

    [Fact]
    public async Task ChangesAsync_OfTheSdk_ReadsThem()
    {
        await using SdkHost host = await SdkHost.StartAsync();
        string id = (await host.Api.SubmitAsync()).ToString();

        JobChanges changes = await host.Operations.ChangesAsync(id);

        JobChange created = Assert.Single(changes.Changes);
        Assert.Equal((id, 1L, 1L, "job.created", null), (changes.JobId, changes.Sequence, created.Sequence, created.Type, changes.Next));
        Assert.Equal(id, created.Event.GetProperty("subject").GetString());
        await Assert.ThrowsAsync<JobNotFoundException>(() => host.Operations.ChangesAsync("none"));
    }

    private static async Task<JsonElement[]> ChangesAsync(ApiHost host, JobId id) =>
        [.. (await host.GetAsync($"/jobs/{id}/changes")).Json.GetProperty("changes").EnumerateArray()];
}
