using System.Text.Json;
using JobOrchestrator.Core;

namespace JobOrchestrator.Tests.Features;

/// <summary>Where a job is on its way, as every answer says it that shows the job.</summary>
public sealed class PhaseTests
{
    [Fact]
    public async Task Phase_OfAJobOnItsWay_IsInEveryAnswer()
    {
        await using ApiHost host = await ApiHost.StartAsync();

        Answer submitted = await host.PostAsync("/jobs", """{"delaySeconds":60,"maxRetries":1,"backoff":{"kind":"fixed","seconds":60}}""");
        string id = submitted.Json.GetProperty("id").GetString()!;
        Assert.Equal("Scheduled", PhaseOf(submitted.Json));
        await host.AdvanceAsync(TimeSpan.FromMinutes(1));
        Assert.Equal(("Ready", "Ready"), (await GetAsync(host, id), await ListAsync(host)));

        Answer leased = await host.PostAsync("/queues/default/lease", """{"worker":"w"}""");
        Assert.Equal("Running", PhaseOf(leased.Json[0]));
        string token = leased.Json[0].GetProperty("leaseToken").GetString()!;
        await host.PostAsync($"/jobs/{id}/fail", $$$"""{"leaseToken":"{{{token}}}","error":{"title":"Broken."}}""");
        Assert.Equal(("Retrying", "Retrying"), (await GetAsync(host, id), await ListAsync(host)));
        await host.AdvanceAsync(TimeSpan.FromMinutes(1));
        Assert.Equal("Ready", await GetAsync(host, id));

        (_, token) = await host.LeaseAsync();
        Assert.Equal("Cancelling", PhaseOf((await host.PostAsync($"/jobs/{id}/cancel", "")).Json));
        await host.PostAsync($"/jobs/{id}/complete", $$"""{"leaseToken":"{{token}}"}""");
        Assert.Equal(("Completed", "Completed"), (await GetAsync(host, id), await ListAsync(host)));
    }

    /// <summary>The job itself has not changed, and its ETag has not either.</summary>
    [Fact]
    public async Task Phase_OfAReadyJobInAPausedQueue_IsHeldAtTheSameETag()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        JobId ready = await host.SubmitAsync();
        JobId later = await host.SubmitAsync("""{"delaySeconds":60}""");
        Answer before = await host.GetAsync($"/jobs/{ready}");

        await host.PostAsync("/queues/default/pause", "");
        Answer held = await host.GetAsync($"/jobs/{ready}");
        string[] phases = [PhaseOf(held.Json), await GetAsync(host, later.ToString()), await GetAsync(host, ready.ToString())];
        await host.PostAsync("/queues/default/resume", "");

        Assert.Equal(["Held", "Scheduled", "Held"], phases);
        Assert.Equal(before["ETag"], held["ETag"]);
        Assert.Equal("Ready", await GetAsync(host, ready.ToString()));
    }

    [Theory]
    [InlineData("/jobs/batch", "Ready Scheduled")]
    [InlineData("/jobs/batch?atomic=false", "Ready Scheduled")]
    public async Task Phase_OfMany_IsEachOnes(string route, string phases)
    {
        await using ApiHost host = await ApiHost.StartAsync();

        Answer answer = await host.PostAsync(route, """[{},{"delaySeconds":60}]""");

        Assert.Equal(phases, string.Join(' ', answer.Json.EnumerateArray().Select(
            one => PhaseOf(one.TryGetProperty("job", out JsonElement job) ? job : one))));
    }

    private static async Task<string> GetAsync(ApiHost host, string id) => PhaseOf((await host.GetAsync($"/jobs/{id}")).Json);

    private static async Task<string> ListAsync(ApiHost host) => PhaseOf((await host.GetAsync("/jobs")).Json[0]);

    private static string PhaseOf(JsonElement job) => job.GetProperty("phase").GetString()!;
}
