using JobOrchestrator.Sdk;
using Microsoft.Playwright;

namespace Browser;

/// <summary>What became of a job's attempts stands where it happened.</summary>
[Collection(Browsers.Name)]
public sealed class AttemptTests(Browsers browsers)
{
    /// <summary>A worker is silent after one heartbeat, another one takes the job, and what the first one says then is refused.</summary>
    [BrowserFact]
    public async Task ALostLease_AndARefusedReport_AreOnTheBarOfTheirAttempt()
    {
        string queue = Made.NewQueue();
        Job job = await browsers.Client.EnqueueAsync(
            new { }, new JobOptions { Type = "send", Queue = queue, Lease = TimeSpan.FromSeconds(1) });
        JobLease silent = Assert.Single(await browsers.Leases.LeaseAsync(queue, new JobLeaseRequest("w-silent")));
        await browsers.Leases.HeartbeatAsync(job.Id, silent.Token);
        JobLease second = Assert.Single(
            await browsers.Leases.LeaseAsync(queue, new JobLeaseRequest("w-second") { Wait = TimeSpan.FromSeconds(30) }));
        await Assert.ThrowsAnyAsync<JobOrchestratorException>(() => browsers.Leases.CompleteAsync(job.Id, silent.Token));
        await browsers.Leases.CompleteAsync(job.Id, second.Token);
        await using Tab tab = await browsers.OpenAsync();

        await tab.GoAsync($"/ui/jobs/{job.Id}");

        ILocator lost = tab.Page.Locator("[data-key=attempt-1]"), done = tab.Page.Locator("[data-key=attempt-2]");
        Assert.Contains("w-silent", await lost.InnerTextAsync(), StringComparison.Ordinal);
        Assert.Contains("lease lost", await lost.InnerTextAsync(), StringComparison.Ordinal);
        Assert.Equal((1, 1), (await lost.Locator(".bar.lost").CountAsync(), await lost.Locator(".refused").CountAsync()));
        Assert.Equal(1, await lost.Locator(".silence").CountAsync());
        Assert.Contains("w-second", await done.InnerTextAsync(), StringComparison.Ordinal);
        Assert.Equal((1, 0), (await done.Locator(".bar.completed").CountAsync(), await done.Locator(".refused").CountAsync()));

        LocatorBoundingBoxResult first = (await lost.Locator(".silence").BoundingBoxAsync())!;
        LocatorBoundingBoxResult then = (await done.Locator(".bar.completed").BoundingBoxAsync())!;
        LocatorBoundingBoxResult refused = (await lost.Locator(".refused").BoundingBoxAsync())!;
        Assert.True(refused.X + refused.Width >= first.X + first.Width - 1, "The report came after the lease was over.");
        Assert.True(then.X >= first.X + first.Width - 2, "The second attempt began after the first.");
    }
}
