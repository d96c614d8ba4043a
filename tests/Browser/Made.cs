using JobOrchestrator.Sdk;

namespace Browser;

/// <summary>Jobs to look at, and the pages that show them.</summary>
internal static class Made
{
    private static int _queues;

    /// <summary>A queue that no other test uses.</summary>
    public static string NewQueue() => $"browser-{Interlocked.Increment(ref _queues)}";

    /// <summary>The pages, and those of a job.</summary>
    public static IReadOnlyList<string> Paths(this Browsers _, string job) =>
    [
        "/ui", "/ui/jobs", "/ui/jobs?q=status:failed%20statsu:x", "/ui/jobs?q=queue:none%20type:none&cols=labels,worker",
        $"/ui/jobs/{job}", "/ui/queues", "/ui/queues/default", "/ui/errors", "/ui/workers", "/ui/new", "/ui/settings", "/ui/help",
        $"/ui/jobs/{job}/purge",
    ];

    /// <summary>A job that has ended well.</summary>
    public static async Task<string> FinishedJobAsync(this Browsers browsers)
    {
        Job job = await browsers.Client.EnqueueAsync(
            new { seconds = 0 }, new JobOptions { Type = "simulate", ExternalId = $"order-{Guid.NewGuid()}" });
        return (await browsers.Client.WaitAsync(job.Id)).Id;
    }

    /// <summary>A job that waits in a queue that nobody works.</summary>
    public static Task<Job> WaitingJobAsync(this Browsers browsers, string queue) =>
        browsers.Client.EnqueueAsync(new { to = "a@b.c" }, new JobOptions { Type = "send", Queue = queue });

    /// <summary>A job that has failed for good.</summary>
    public static async Task<Job> FailedJobAsync(this Browsers browsers, string queue, string error = "SMTP 451: timeout")
    {
        Job job = await browsers.Client.EnqueueAsync(
            new { to = "a@b.c" }, new JobOptions { Type = "send", Queue = queue, MaxRetries = 0 });
        JobLease lease = Assert.Single(await browsers.Leases.LeaseAsync(queue, new JobLeaseRequest("w-1")));
        await browsers.Leases.FailAsync(lease.Job.Id, lease.Token, new JobError(error));
        return job;
    }
}
