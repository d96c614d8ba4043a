using System.Net.Http.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using JobOrchestrator.Sdk;

namespace Browser;

/// <summary>Jobs to look at, and the pages that show them.</summary>
internal static partial class Made
{
    private static int _queues;

    /// <summary>The names of all of them.</summary>
    [GeneratedRegex(@"browser-\d+")]
    public static partial Regex QueueName();

    /// <summary>A queue that no other test uses.</summary>
    public static string NewQueue() => $"browser-{Interlocked.Increment(ref _queues)}";

    /// <summary>The pages, and those of a job, where something of every kind is to be seen.</summary>
    public static async Task<IReadOnlyList<string>> PathsAsync(this Browsers browsers, string job)
    {
        string queue = NewQueue();
        await browsers.FailedJobAsync(queue, $"no mailbox at a server whose name is long enough to be cut off, {new string('x', 60)}");
        await browsers.WaitingJobAsync(queue);
        await browsers.Client.PauseQueueAsync(queue, "db migration");
        await browsers.Client.ResumeQueueAsync(queue);
        return Paths(job, queue);
    }

    private static IReadOnlyList<string> Paths(string job, string queue) =>
    [
        "/ui", "/ui/jobs", "/ui/jobs?q=status:failed%20statsu:x", "/ui/jobs?q=queue:none%20type:none&cols=labels,worker",
        $"/ui/jobs/{job}", "/ui/queues", "/ui/queues/default", "/ui/errors", "/ui/workers", "/ui/new", "/ui/settings", "/ui/help",
        $"/ui/jobs/{job}/purge", "/ui/replicas", "/ui/owners", $"/ui/bulk/retry?q=queue:{queue}",
        $"/ui/queues/{queue}?compare=mark:{DateTime.UtcNow.AddSeconds(-5):yyyy-MM-ddTHH:mm:ssZ}",
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

    /// <summary>Many jobs that have ended, by as few requests as there may be.</summary>
    /// <param name="jobs">The API.</param>
    /// <param name="queue">Their queue, where nothing else waits.</param>
    /// <param name="many">How many.</param>
    /// <param name="error">What they failed of; null: they completed.</param>
    public static async Task EndedJobsAsync(this HttpClient jobs, string queue, int many, string? error = null)
    {
        for (int left = many; left > 0; left -= 1_000)
        {
            int now = Math.Min(left, 1_000);
            await jobs.WaitingJobsAsync(queue, now);
            for (int held = 0; held < now;)
            {
                var leased = (JsonArray)(await SendAsync(jobs, $"queues/{queue}/lease", new { worker = "w-1", max = now, wait = 5 }))!;
                object[] reports = [.. leased.Select(job => new
                {
                    jobId = job!["id"]!.GetValue<string>(),
                    leaseToken = job["leaseToken"]!.GetValue<string>(),
                    action = error is null ? "complete" : "fail",
                    error = error is null ? null : new { title = error },
                })];
                await SendAsync(jobs, "jobs/report", new { reports });
                held += leased.Count;
            }
        }
    }

    /// <summary>Many jobs that wait, up to a thousand.</summary>
    /// <param name="jobs">The API.</param>
    /// <param name="queue">Their queue.</param>
    /// <param name="many">How many.</param>
    /// <param name="delaySeconds">For how long nobody may have them; null: they are ready.</param>
    public static Task WaitingJobsAsync(this HttpClient jobs, string queue, int many, int? delaySeconds = null) =>
        SendAsync(jobs, "jobs/batch?atomic=false", Enumerable.Repeat(new { queue, type = "send", maxRetries = 0, delaySeconds }, many));

    private static async Task<JsonNode?> SendAsync(HttpClient jobs, string path, object body)
    {
        using HttpResponseMessage answer = await jobs.PostAsJsonAsync(path, body);
        answer.EnsureSuccessStatusCode();
        return await answer.Content.ReadFromJsonAsync<JsonNode>();
    }
}
