using JobOrchestrator.Sdk;

namespace Browser;

/// <summary>A job's page says why it is where it is, in the sentence of <c>GET /jobs/{id}/why</c>.</summary>
[Collection(Browsers.Name)]
public sealed class WhyTests(Browsers browsers)
{
    private const string Error = "SMTP 451: timeout";

    [BrowserFact]
    public async Task ThePanel_SaysTheReasonThatCounts()
    {
        var seen = new List<(Job Job, string Code, string Sentence)>
        {
            (await MakeAsync(new JobOptions { Delay = TimeSpan.FromHours(1) }), "scheduled", "It is not to run before "),
            (await PausingAsync(), "retry-pause", $"Attempt 1 did not succeed ({Error}); it is tried again at "),
        };
        Job held = await MakeAsync(new JobOptions());
        await browsers.Client.PauseQueueAsync(held.Queue!, "db migration");
        seen.Add((held, "queue-paused", $"Its queue {held.Queue} is paused, for "));
        Job alone = await MakeAsync(new JobOptions());
        seen.Add((alone, "no-worker", $"No worker has ever asked for type send in queue {alone.Queue}"));
        Job running = await RunningAsync();
        seen.Add((running, "running", "Attempt 1 runs with worker w-1 for "));
        seen.Add((
            await MakeAsync(new JobOptions { Queue = running.Queue }),
            "workers-busy",
            "The one worker that takes such jobs is busy; 1 job is running in its queue."));
        Job cancelled = await RunningAsync();
        await browsers.Client.CancelAsync(cancelled.Id);
        seen.Add((cancelled, "cancelling", "It is to be cancelled; worker w-1 has not heard of it yet."));
        Job failed = await browsers.FailedJobAsync(Made.NewQueue(), Error);
        seen.Add((await MakeAsync(new JobOptions { Queue = failed.Queue }), "in-line", "It is the next one."));

        await using Tab tab = await browsers.OpenAsync();
        foreach ((Job job, string code, string sentence) in seen)
        {
            await tab.GoAsync($"/ui/jobs/{job.Id}");

            Assert.Equal(code, await tab.Page.Locator(".why").GetAttributeAsync("data-why"));
            Assert.Contains(sentence, await tab.Page.Locator(".why .said").InnerTextAsync(), StringComparison.Ordinal);
        }

        // What has ended waits for nothing: what it failed of is said in its place.
        await tab.GoAsync($"/ui/jobs/{failed.Id}");
        Assert.Equal(0, await tab.Page.Locator(".why").CountAsync());
        Assert.Contains(Error, await tab.Page.Locator(".notice.bad").InnerTextAsync(), StringComparison.Ordinal);
    }

    private Task<Job> MakeAsync(JobOptions options) => browsers.Client.EnqueueAsync(
        new { to = "a@b.c" }, options with { Type = "send", Queue = options.Queue ?? Made.NewQueue() });

    private async Task<Job> RunningAsync()
    {
        Job job = await MakeAsync(new JobOptions { Lease = TimeSpan.FromMinutes(10) });
        Assert.Single(await browsers.Leases.LeaseAsync(job.Queue!, new JobLeaseRequest("w-1")));
        return job;
    }

    private async Task<Job> PausingAsync()
    {
        Job job = await MakeAsync(new JobOptions { MaxRetries = 3, Backoff = JobBackoff.Fixed(TimeSpan.FromHours(1)) });
        JobLease lease = Assert.Single(await browsers.Leases.LeaseAsync(job.Queue!, new JobLeaseRequest("w-1")));
        await browsers.Leases.FailAsync(job.Id, lease.Token, new JobError(Error));
        return job;
    }
}
