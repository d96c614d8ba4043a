using System.Diagnostics;
using EndToEnd.Worker;
using JobOrchestrator.Sdk;
using Xunit.Abstractions;

namespace EndToEnd.Workers;

/// <summary>Cancelling what another process is working on.</summary>
[Collection(SharedSuite.Name)]
public sealed class CancelTests(SharedSuite shared, ITestOutputHelper output)
{
    [UnixFact]
    public async Task Cancel_ObedientWorker_IsToldAndTheJobIsCancelled()
    {
        string queue = SharedSuite.NewQueue("cancel");
        string id = (await shared.Client.EnqueueAsync(
            new Work { Milliseconds = 60_000 }, new JobOptions { Queue = queue, Lease = TimeSpan.FromSeconds(6) })).Id;
        await using var worker = WorkerProcess.Start(shared.Suite, "worker", queue);
        await worker.JournalAsync(id, 1, "began");

        await shared.Client.CancelAsync(id);

        Assert.Equal("CancelRequested", await worker.JournalAsync(id, 1, "told"));
        Job job = await shared.FinishedAsync(id);
        Assert.Equal(JobStatus.Cancelled, job.Status);
        // Not LeaseLost: it was told, and obeyed, while its lease went on.
        Assert.Equal(["1 worker Cancelled"], job.InWords());
    }

    /// <summary>Report 12: the next heartbeat was 200 s away.</summary>
    [UnixFact]
    public async Task Cancel_ALeaseOfTenMinutes_ReachesTheCodeWithinSeconds()
    {
        string queue = SharedSuite.NewQueue("cancel");
        string id = (await shared.Client.EnqueueAsync(
            new Work { Milliseconds = 600_000 }, new JobOptions { Queue = queue, Lease = TimeSpan.FromSeconds(600) })).Id;
        await using var worker = WorkerProcess.Start(shared.Suite, "worker", queue);
        await worker.JournalAsync(id, 1, "began");

        long cancelled = Stopwatch.GetTimestamp();
        await shared.Client.CancelAsync(id);
        string reason = await worker.JournalAsync(id, 1, "told");
        TimeSpan told = Stopwatch.GetElapsedTime(cancelled);
        Job job = await shared.FinishedAsync(id);

        output.WriteLine($"told after {told.TotalSeconds:0.00} s");
        Assert.Equal(("CancelRequested", JobStatus.Cancelled), (reason, job.Status));
        Assert.Equal(["1 worker Cancelled"], job.InWords());
        // Some two seconds on a machine that has time; this one may be crowded.
        Assert.InRange(told.TotalSeconds, 0, 15);
    }

    [UnixFact]
    public async Task Cancel_WorkerThatDoesNotObey_JobIsCancelledWhenTheLeaseEndsAndTheLateReportIsRefused()
    {
        string queue = SharedSuite.NewQueue("cancel");
        string id = (await shared.Client.EnqueueAsync(
            new Work { Milliseconds = 6_000, IsDisobedient = true },
            new JobOptions { Queue = queue, Lease = TimeSpan.FromSeconds(3) })).Id;
        await using var worker = WorkerProcess.Start(shared.Suite, "worker", queue);
        await worker.JournalAsync(id, 1, "began");

        await shared.Client.CancelAsync(id);

        Assert.Equal("CancelRequested", await worker.JournalAsync(id, 1, "told"));
        Job cancelled = await shared.FinishedAsync(id);
        await worker.LogAsync($"Job {id}: complete was refused with 409");
        Job after = (await shared.Client.GetAsync(id))!;
        Assert.Equal(JobStatus.Cancelled, cancelled.Status);
        Assert.Equal("1 worker LeaseLost", cancelled.InWords().First());
        Assert.Equal(["1 worker LeaseLost", "1 worker Refused"], after.InWords());
        Assert.Equal((JobStatus.Cancelled, cancelled.Sequence), (after.Status, after.Sequence));
        Assert.Null(after.Result);
    }
}
