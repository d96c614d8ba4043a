using System.Net;
using JobOrchestrator.Core;

namespace JobOrchestrator.Tests.Features;

/// <summary>Keys: none configured, open; otherwise who has none stays out, and an owner's key reaches its own.</summary>
public sealed class ApiKeysTests
{
    private static readonly (string, string) Admin = ("X-Api-Key", "admin-key-0123456789");
    private static readonly (string, string) OwnerA = ("Authorization", "Bearer owner-a-key-0123456789");
    private static readonly (string, string) OwnerB = ("Authorization", "Bearer owner-b-key-0123456789");

    [Theory]
    [InlineData("/jobs")]
    [InlineData("/jobs/0190163d-8694-739b-aea5-966c26f8ad91")]
    [InlineData("/queues")]
    [InlineData("/events")]
    [InlineData("/audit")]
    public async Task Key_MissingOrUnknown_Gets401(string path)
    {
        await using ApiHost host = await StartAsync();

        foreach (Answer answer in new[]
        {
            await host.GetAsync(path),
            await host.GetAsync(path, ("X-Api-Key", "guess")),
            await host.GetAsync(path, ("Authorization", "Bearer ")),
            await host.GetAsync(path, ("Authorization", "Basic YWRtaW4=")),
        })
        {
            answer.ShouldBeProblem(HttpStatusCode.Unauthorized, "unauthorized");
            Assert.StartsWith("Bearer", answer["WWW-Authenticate"], StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Key_MissingOnAPage_IsNotAskedFor()
    {
        await using ApiHost host = await StartAsync();

        Assert.Equal(HttpStatusCode.OK, (await host.GetAsync("/problems/unauthorized")).Status);
    }

    [Fact]
    public async Task OwnersKey_ItsOwnJobs_AreAllItSees()
    {
        await using ApiHost host = await StartAsync();
        Answer own = await host.PostAsync("/jobs", "{}", OwnerA);
        Answer foreign = await host.PostAsync("/jobs", """{"owner":"b"}""", Admin);

        Assert.Equal("a", own.Json.GetProperty("owner").GetString());
        Assert.Equal(HttpStatusCode.OK, (await host.GetAsync($"/jobs/{own.JobId}", OwnerA)).Status);
        Assert.Equal(
            [own.JobId],
            (await host.GetAsync("/jobs", OwnerA)).Json.EnumerateArray().Select(job => new JobId(job.GetProperty("id").GetGuid())));
        Assert.Equal(2, (await host.GetAsync("/jobs", Admin)).Json.GetArrayLength());
        foreach (string path in new[]
        {
            $"/jobs/{foreign.JobId}",
            $"/jobs/{foreign.JobId}/result",
            $"/jobs/{foreign.JobId}/events",
            $"/jobs/get?jobId={foreign.JobId}"
        })
        {
            (await host.GetAsync(path, OwnerA)).ShouldBeProblem(HttpStatusCode.NotFound, "job-not-found");
        }

        (await host.PostAsync($"/jobs/{foreign.JobId}/cancel", "", OwnerA)).ShouldBeProblem(HttpStatusCode.NotFound, "job-not-found");
        (await host.PostAsync($"/jobs/{foreign.JobId}/retry", "", OwnerA)).ShouldBeProblem(HttpStatusCode.NotFound, "job-not-found");
        Assert.Equal("New", (await host.GetAsync($"/jobs/{foreign.JobId}", Admin)).JobStatus);
    }

    [Fact]
    public async Task OwnersKey_AnotherOwnersName_Gets403()
    {
        await using ApiHost host = await StartAsync();

        (await host.PostAsync("/jobs", """{"owner":"b"}""", OwnerA)).ShouldBeProblem(HttpStatusCode.Forbidden, "forbidden");
        (await host.PostAsync("/jobs/batch", """[{},{"owner":"b"}]""", OwnerA)).ShouldBeProblem(HttpStatusCode.Forbidden, "forbidden");
        (await host.GetAsync("/jobs?owner=b", OwnerA)).ShouldBeProblem(HttpStatusCode.Forbidden, "forbidden");
        (await host.GetAsync("/events?owner=b", OwnerA)).ShouldBeProblem(HttpStatusCode.Forbidden, "forbidden");
    }

    [Fact]
    public async Task OwnersKey_Queues_OnlyThoseItIsFor()
    {
        await using ApiHost host = await StartAsync();
        await host.PostAsync("/jobs", """{"queue":"a-work","owner":"b"}""", Admin);

        (await host.PostAsync("/queues/default/lease", """{"worker":"w"}""", OwnerA)).ShouldBeProblem(
            HttpStatusCode.Forbidden, "forbidden");
        (await host.PostAsync("/queues/a-work/lease", """{"worker":"w","queues":["default"]}""", OwnerA)).ShouldBeProblem(
            HttpStatusCode.Forbidden, "forbidden");
        (await host.PostAsync("/queues/default/pause", "", OwnerA)).ShouldBeProblem(HttpStatusCode.Forbidden, "forbidden");
        (await host.PostAsync("/queues/default/retry", "", OwnerA)).ShouldBeProblem(HttpStatusCode.Forbidden, "forbidden");
        (await host.PostAsync("/queues/default/purge", "", OwnerA)).ShouldBeProblem(HttpStatusCode.Forbidden, "forbidden");
        Answer leased = await host.PostAsync("/queues/a-work/lease", """{"worker":"w"}""", OwnerA);
        Assert.Equal(HttpStatusCode.OK, leased.Status);
        string id = leased.Json[0].GetProperty("id").GetString()!, token = leased.Json[0].GetProperty("leaseToken").GetString()!;
        Assert.Equal(HttpStatusCode.OK, (await host.PostAsync($"/jobs/{id}/complete", $$"""{"leaseToken":"{{token}}"}""", OwnerA)).Status);
    }

    /// <summary>M3: the second owner was refused, and so learnt which keys the first one uses.</summary>
    [Theory]
    [InlineData("")]
    [InlineData("?onDuplicate=return")]
    [InlineData("?onDuplicate=replace")]
    public async Task OwnersKey_AnothersJobHasTheSameKeys_IsAcceptedAsIfThereWereNone(string query)
    {
        await using ApiHost host = await StartAsync();
        const string Keys = "\"externalId\":\"e\",\"uniqueKey\":\"u\"";
        Answer foreign = await host.PostAsync("/jobs", $$"""{{{Keys}},"input":1}""", OwnerB, ("Idempotency-Key", "k"));

        Answer answer = await host.PostAsync("/jobs" + query, $$"""{{{Keys}},"input":2}""", OwnerA, ("Idempotency-Key", "k"));

        Assert.Equal(HttpStatusCode.Accepted, answer.Status);
        Assert.NotEqual(foreign.JobId, answer.JobId);
        Assert.Equal("New", (await host.GetAsync($"/jobs/{foreign.JobId}", OwnerB)).JobStatus);
    }

    private static Task<ApiHost> StartAsync() => ApiHost.StartAsync(settings: new()
    {
        ["Api:Keys:0:Name"] = "admin",
        ["Api:Keys:0:Key"] = "admin-key-0123456789",
        ["Api:Keys:0:Admin"] = "true",
        ["Api:Keys:1:Name"] = "a",
        ["Api:Keys:1:Key"] = "owner-a-key-0123456789",
        ["Api:Keys:1:Owner"] = "a",
        ["Api:Keys:1:Permissions"] = "Submit, Work, Operate",
        ["Api:Keys:1:Queues:0"] = "a-work",
        ["Api:Keys:1:SubmitQueues:0"] = "*",
        ["Api:Keys:2:Name"] = "b",
        ["Api:Keys:2:Key"] = "owner-b-key-0123456789",
        ["Api:Keys:2:Owner"] = "b",
        ["Api:Keys:2:Permissions"] = "Submit",
        ["Api:Keys:2:SubmitQueues:0"] = "*",
    });
}
