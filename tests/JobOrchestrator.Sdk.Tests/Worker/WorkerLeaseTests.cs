using System.Diagnostics;
using JobOrchestrator.Sdk.Tests.Fakes;
using TestSupport;

namespace JobOrchestrator.Sdk.Tests.Worker;

/// <summary>What a worker does with a lease: keeps it, tells and saves with it, and stops when it is lost.</summary>
public sealed class WorkerLeaseTests
{
    [Fact]
    public async Task Prefetch_HeldJobs_AreKeptAliveUntilTheyRun()
    {
        await using FakeOrchestrator orchestrator = await FakeOrchestrator.StartAsync();
        using var go = new SemaphoreSlim(0);
        var script = new Script { Run = async (_, context) => { await go.WaitAsync(context.CancellationToken); return null; } };
        await using WorkerHost worker = await WorkerHost.StartAsync(
            orchestrator, builder => builder.Add<StepProcessor>().Queue("steps", concurrency: 1, prefetch: 2), script);

        List<Job> jobs = [.. Enumerable.Range(0, 4).Select(_ => orchestrator.Jobs.Add("step", queue: "steps", leaseSeconds: 3))];
        await Eventually.TrueAsync(
            () => orchestrator.Jobs.Reports.Where(WorkerReports.IsHeartbeat).Select(report => report.JobId).Distinct().Count() == 3,
            "three are kept alive");
        Assert.Equal(1, orchestrator.Jobs.All().Count(job => job.Status == JobStatus.New));
        go.Release(4);

        foreach (Job job in jobs)
        {
            Assert.Equal(JobStatus.Completed, (await orchestrator.EndAsync(job)).Status);
        }
    }

    [Fact]
    public async Task Heartbeat_LongAttempt_ComesAtAThirdOfTheLease()
    {
        await using FakeOrchestrator orchestrator = await FakeOrchestrator.StartAsync();
        var done = new TaskCompletionSource();
        var script = new Script { Run = async (_, _) => { await done.Task; return null; } };
        await using WorkerHost worker = await WorkerHost.StartAsync(orchestrator, builder => builder.Add<StepProcessor>(), script);

        orchestrator.Jobs.Add("step", queue: "steps", leaseSeconds: 3);
        long started = Stopwatch.GetTimestamp();
        await Eventually.TrueAsync(() => orchestrator.Jobs.Reports.Count(WorkerReports.IsHeartbeat) == 3, "three heartbeats");

        Assert.InRange(Stopwatch.GetElapsedTime(started).TotalSeconds, 2.9, 15);
        done.SetResult();
    }

    [Fact]
    public async Task Progress_ReportedFast_TheLastWordArrives()
    {
        await using FakeOrchestrator orchestrator = await FakeOrchestrator.StartAsync();
        var done = new TaskCompletionSource();
        var script = new Script
        {
            Run = async (_, context) =>
            {
                for (int i = 1; i <= 1_000; i++)
                {
                    context.ReportProgress(i / 10.0, $"{i} of 1000");
                }

                await done.Task;
                return null;
            },
        };
        await using WorkerHost worker = await WorkerHost.StartAsync(orchestrator, builder => builder.Add<StepProcessor>(), script);

        Job job = orchestrator.Jobs.Add("step", queue: "steps");
        await Eventually.TrueAsync(
            () => orchestrator.Jobs.Find(job.Id)!.Progress == new JobProgress(100, "1000 of 1000"), "the last word");

        Assert.True(orchestrator.Jobs.Reports.Count(WorkerReports.IsHeartbeat) < 100);
        done.SetResult();
    }

    [Fact]
    public async Task Checkpoint_Saved_IsStoredBeforeTheCallReturnsAndFoundByTheNextAttempt()
    {
        await using FakeOrchestrator orchestrator = await FakeOrchestrator.StartAsync();
        List<int> found = [];
        bool storedInTime = false;
        var script = new Script
        {
            Run = async (_, context) =>
            {
                found.Add(context.LoadCheckpoint<int>());
                await context.SaveCheckpointAsync(context.LoadCheckpoint<int>() + 10);
                storedInTime = orchestrator.Jobs.Find(context.JobId)!.ReadState<int>() == context.LoadCheckpoint<int>();
                return context.Attempt == 1 ? throw new InvalidOperationException("again") : null;
            },
        };
        await using WorkerHost worker = await WorkerHost.StartAsync(
            orchestrator, builder => builder.Add<StepProcessor>().Queue("steps", 1), script);

        Job job = orchestrator.Jobs.Add("step", queue: "steps", state: "7");
        await orchestrator.ReportAsync(Report.Fail);
        orchestrator.Jobs.Change(job.Id, resting => resting with { Queue = "steps" });
        await orchestrator.EndAsync(job);

        Assert.Equal([7, 17], found);
        Assert.True(storedInTime);
    }

    /// <summary>
    /// It was sent again and again, as anything that is refused with 429, and the attempt stood still until other jobs had ended.
    /// </summary>
    [Fact]
    public async Task Checkpoint_ForWhichThereIsNoRoom_IsToldAndTheAttemptGoesOn()
    {
        await using FakeOrchestrator orchestrator = await FakeOrchestrator.StartAsync();
        var script = new Script
        {
            Run = async (_, context) =>
            {
                orchestrator.Jobs.NoRoom.Add(context.JobId);
                JobOrchestratorException refused =
                    await Assert.ThrowsAsync<JobOrchestratorException>(() => context.SaveCheckpointAsync(8));
                orchestrator.Jobs.NoRoom.Clear();
                string seen = $"{(int?)refused.Status} {context.LoadCheckpoint<int>()} {context.StopReason}";
                await context.SaveCheckpointAsync(9);
                return $"{seen}, {context.LoadCheckpoint<int>()}";
            },
        };
        await using WorkerHost worker = await WorkerHost.StartAsync(orchestrator, builder => builder.Add<StepProcessor>(), script);

        Job job = await orchestrator.EndAsync(orchestrator.Jobs.Add("step", queue: "steps", state: "7"));

        Assert.Equal("429 7 None, 9", job.ReadResult<string>());
    }

    [Fact]
    public async Task Cancel_Requested_ReachesTheAttemptAndEndsTheJob()
    {
        await using FakeOrchestrator orchestrator = await FakeOrchestrator.StartAsync();
        JobStopReason? reason = null;
        var script = new Script
        {
            Run = async (_, context) =>
            {
                try
                {
                    await Task.Delay(Timeout.Infinite, context.CancellationToken);
                }
                finally
                {
                    reason = context.StopReason;
                }

                return null;
            },
        };
        await using WorkerHost worker = await WorkerHost.StartAsync(orchestrator, builder => builder.Add<StepProcessor>(), script);

        Job job = orchestrator.Jobs.Add("step", queue: "steps", leaseSeconds: 3);
        await Eventually.TrueAsync(() => orchestrator.Jobs.Find(job.Id)!.Status == JobStatus.InProgress, "the attempt");
        orchestrator.Jobs.Cancel(job.Id);

        Assert.Equal(JobStatus.Cancelled, (await orchestrator.EndAsync(job)).Status);
        Assert.Equal(JobStopReason.CancelRequested, reason);
    }

    [Fact]
    public async Task Lease_Lost_StopsTheAttemptAndReportsNothing()
    {
        await using FakeOrchestrator orchestrator = await FakeOrchestrator.StartAsync();
        var stopped = new TaskCompletionSource<JobStopReason>();
        var script = new Script
        {
            Run = async (_, context) =>
            {
                if (context.Attempt > 1)
                {
                    return "second";
                }

                await Task.Delay(Timeout.Infinite, context.CancellationToken).ContinueWith(
                    _ => stopped.SetResult(context.StopReason), TaskScheduler.Default);
                context.CancellationToken.ThrowIfCancellationRequested();
                return "first";
            },
        };
        await using WorkerHost worker = await WorkerHost.StartAsync(orchestrator, builder => builder.Add<StepProcessor>(), script);

        Job job = orchestrator.Jobs.Add("step", queue: "steps", leaseSeconds: 3);
        await Eventually.TrueAsync(() => orchestrator.Jobs.Find(job.Id)!.Status == JobStatus.InProgress, "the attempt");
        orchestrator.Jobs.EndLease(job.Id);

        Assert.Equal("second", (await orchestrator.EndAsync(job)).ReadResult<string>());
        Assert.Equal(JobStopReason.LeaseLost, await stopped.Task.WaitAsync(TimeSpan.FromSeconds(30)));
        Assert.Single(orchestrator.Jobs.Reports, report => report.Action != Report.Heartbeat);
    }
}
