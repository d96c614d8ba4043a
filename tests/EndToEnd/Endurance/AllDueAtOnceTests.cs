using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using TestSupport;
using Xunit.Abstractions;

namespace EndToEnd.Endurance;

/// <summary>What is due at once, however much, starves nobody (F8).</summary>
public sealed class AllDueAtOnceTests(ITestOutputHelper output)
{
    private const int JobCount = 270_000;
    private const int WorkerCount = 10;
    private static readonly TimeSpan SubmitMax = TimeSpan.FromSeconds(2);

    [LongFact]
    public async Task TimeLimitsOf270000JobsEndInOneSecond_NobodyLosesALeaseAndNoSubmitTakesTwoSeconds()
    {
        await using Suite suite = await Suite.StartAsync();
        DateTimeOffset due = DateTimeOffset.UtcNow.AddSeconds(90);
        await Parallel.ForAsync(0, JobCount / 1_000, new ParallelOptions { MaxDegreeOfParallelism = 4 }, async (_, token) =>
        {
            int seconds = Math.Max(1, (int)(due - DateTimeOffset.UtcNow).TotalSeconds);
            object[] jobs = [.. Enumerable.Repeat(new { queue = "crowd", type = "counted", timeLimitSeconds = seconds }, 1_000)];
            using HttpResponseMessage answer = await suite.Jobs.PostAsJsonAsync("/jobs/batch?atomic=false", jobs, token);
            answer.EnsureSuccessStatusCode();
        });
        TimeSpan left = due - DateTimeOffset.UtcNow;
        output.WriteLine($"{JobCount} jobs taken, {left.TotalSeconds:0} s before they are due");
        Assert.True(left > TimeSpan.FromSeconds(10), "The machine was too slow to take them before they were due.");

        var heartbeats = new ConcurrentQueue<HttpStatusCode>();
        var submits = new ConcurrentQueue<(HttpStatusCode Status, TimeSpan Took)>();
        using var over = new CancellationTokenSource();
        Task[] workers = [.. Enumerable.Range(0, WorkerCount).Select(_ => WorkAsync(suite.Jobs, heartbeats, over.Token))];
        Task submitting = SubmitAsync(suite.Jobs, submits, over.Token);
        await Task.Delay(due - DateTimeOffset.UtcNow);
        long started = Stopwatch.GetTimestamp();
        await Eventually.TrueAsync(
            async () => (await suite.Jobs.GetFromJsonAsync<JsonNode>("/queues/crowd"))!["ready"]!.GetValue<int>() == 0,
            "all of them have ended",
            TimeSpan.FromMinutes(5));
        TimeSpan took = Stopwatch.GetElapsedTime(started);
        await Task.Delay(TimeSpan.FromSeconds(11));
        await over.CancelAsync();
        await Task.WhenAll([.. workers, submitting]);

        string slowest = submits.Max(submit => submit.Took).TotalMilliseconds.ToString("0", CultureInfo.InvariantCulture);
        output.WriteLine(
            $"all ended {took.TotalSeconds:0.0} s later; {heartbeats.Count} heartbeats, {submits.Count} submits, slowest {slowest} ms");
        Assert.All(heartbeats, status => Assert.Equal(HttpStatusCode.OK, status));
        Assert.All(submits, submit => Assert.Equal(HttpStatusCode.Accepted, submit.Status));
        Assert.All(submits, submit => Assert.InRange(submit.Took, TimeSpan.Zero, SubmitMax));
    }

    /// <summary>A worker with a lease of ten seconds who beats every three.</summary>
    private static async Task WorkAsync(HttpClient jobs, ConcurrentQueue<HttpStatusCode> heartbeats, CancellationToken over)
    {
        using HttpResponseMessage submitted = await jobs.PostAsJsonAsync(
            "/jobs", new { queue = "work", type = "counted", leaseSeconds = 10, maxRetries = 0 }, CancellationToken.None);
        submitted.EnsureSuccessStatusCode();
        using HttpResponseMessage leased = await jobs.PostAsJsonAsync(
            "/queues/work/lease", new { worker = "w", wait = 10 }, CancellationToken.None);
        JsonNode job = (await leased.Content.ReadFromJsonAsync<JsonNode>(CancellationToken.None))![0]!;
        while (!over.IsCancellationRequested)
        {
            using HttpResponseMessage answer = await jobs.PostAsJsonAsync(
                $"/jobs/{job["id"]}/heartbeat", new { leaseToken = job["leaseToken"]!.GetValue<string>() }, CancellationToken.None);
            heartbeats.Enqueue(answer.StatusCode);
            await Task.Delay(TimeSpan.FromSeconds(3), CancellationToken.None);
        }
    }

    private static async Task SubmitAsync(
        HttpClient jobs, ConcurrentQueue<(HttpStatusCode Status, TimeSpan Took)> submits, CancellationToken over)
    {
        while (!over.IsCancellationRequested)
        {
            long started = Stopwatch.GetTimestamp();
            using HttpResponseMessage answer = await jobs.PostAsJsonAsync(
                "/jobs", new { queue = "others", type = "counted" }, CancellationToken.None);
            submits.Enqueue((answer.StatusCode, Stopwatch.GetElapsedTime(started)));
            await Task.Delay(TimeSpan.FromMilliseconds(50), CancellationToken.None);
        }
    }
}
