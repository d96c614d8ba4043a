using System.Diagnostics;
using JobOrchestrator.Sdk.Tests.Fakes;
using TestSupport;

namespace JobOrchestrator.Sdk.Tests.Worker;

/// <summary>
/// How a cancel reaches the code. Report 12: with a lease of 15 minutes it took five, and with one of a day nobody waited for it.
/// </summary>
public sealed class WorkerCancelTests
{
    private const int TenMinutes = 600;

    [Fact]
    public async Task Cancel_WithALongLease_ReachesTheCodeWithinSeconds()
    {
        await using FakeOrchestrator orchestrator = await FakeOrchestrator.StartAsync();
        JobStopReason? reason = null;
        Script script = UntilStopped(context => reason = context.StopReason);
        await using WorkerHost worker = await WorkerHost.StartAsync(orchestrator, builder => builder.Add<StepProcessor>(), script);
        Job job = orchestrator.Jobs.Add("step", queue: "steps", leaseSeconds: TenMinutes);
        await RunningAsync(orchestrator, worker, job);

        long cancelled = Stopwatch.GetTimestamp();
        orchestrator.Jobs.Cancel(job.Id);
        Job ended = await orchestrator.EndAsync(job);

        Assert.Equal((JobStatus.Cancelled, JobStopReason.CancelRequested), (ended.Status, reason));
        Assert.InRange(Stopwatch.GetElapsedTime(cancelled).TotalSeconds, 0, 10);
        Assert.DoesNotContain(orchestrator.Jobs.Reports, WorkerReports.IsHeartbeat);
    }

    [Fact]
    public async Task Lease_LostInItsMiddle_StopsTheAttemptWithinSecondsAndReportsNothing()
    {
        await using FakeOrchestrator orchestrator = await FakeOrchestrator.StartAsync();
        var stopped = new TaskCompletionSource<JobStopReason>();
        var script = new Script
        {
            Run = async (_, context) =>
            {
                if (context.Attempt == 1)
                {
                    await Task.Delay(Timeout.Infinite, context.CancellationToken).ContinueWith(
                        _ => stopped.SetResult(context.StopReason), TaskScheduler.Default);
                    context.CancellationToken.ThrowIfCancellationRequested();
                }

                return "second";
            },
        };
        await using WorkerHost worker = await WorkerHost.StartAsync(
            orchestrator, builder => builder.Add<StepProcessor>().Queue("steps", 2), script);
        Job job = orchestrator.Jobs.Add("step", queue: "steps", leaseSeconds: TenMinutes);
        await RunningAsync(orchestrator, worker, job);

        orchestrator.Jobs.EndLease(job.Id);

        Assert.Equal(JobStopReason.LeaseLost, await stopped.Task.WaitAsync(TimeSpan.FromSeconds(30)));
        Assert.Equal("second", (await orchestrator.EndAsync(job)).ReadResult<string>());
        await Eventually.TrueAsync(() => worker.HeldJobs == 0, "the first attempt has ended");
        Assert.Equal(1, worker.Log.Warnings("the lease is lost"));
        Assert.Single(orchestrator.Jobs.Reports);
    }

    /// <summary>A job that is held ready hears of it as well: it never begins.</summary>
    [Fact]
    public async Task Cancel_OfAJobThatIsHeldReady_EndsItWithoutAnAttempt()
    {
        await using FakeOrchestrator orchestrator = await FakeOrchestrator.StartAsync();
        Script script = UntilStopped(_ => { });
        await using WorkerHost worker = await WorkerHost.StartAsync(
            orchestrator, builder => builder.Add<StepProcessor>().Queue("steps", concurrency: 1, prefetch: 1), script);
        Job runs = orchestrator.Jobs.Add("step", queue: "steps", leaseSeconds: TenMinutes);
        Job ready = orchestrator.Jobs.Add("step", queue: "steps", leaseSeconds: TenMinutes);
        await Eventually.TrueAsync(() => worker.HeldJobs == 2, "both are held");

        orchestrator.Jobs.Cancel(ready.Id);

        Assert.Equal(JobStatus.Cancelled, (await orchestrator.EndAsync(ready)).Status);
        Assert.Equal(JobStatus.InProgress, orchestrator.Jobs.Find(runs.Id)!.Status);
    }

    [Fact]
    public async Task Cancel_OfOneOfManyLeases_ReachesThatOne()
    {
        await using FakeOrchestrator orchestrator = await FakeOrchestrator.StartAsync();
        Script script = UntilStopped(_ => { });
        await using WorkerHost worker = await WorkerHost.StartAsync(
            orchestrator, builder => builder.Add<StepProcessor>().Queue("steps", concurrency: 300), script);
        List<Job> jobs = [.. Enumerable.Range(0, 300).Select(
            _ => orchestrator.Jobs.Add("step", queue: "steps", leaseSeconds: TenMinutes))];
        await Eventually.TrueAsync(() => worker.HeldJobs == 300, "all are held");

        orchestrator.Jobs.Cancel(jobs[^1].Id);

        Assert.Equal(JobStatus.Cancelled, (await orchestrator.EndAsync(jobs[^1])).Status);
        Assert.Equal(299, orchestrator.Jobs.All().Count(job => job.Status == JobStatus.InProgress));
    }

    [Fact]
    public async Task Cancel_AtAnOrchestratorOfAnEarlierVersion_ComesWithAHeartbeat()
    {
        await using FakeOrchestrator orchestrator = await FakeOrchestrator.StartAsync();
        orchestrator.IsOlder = true;
        Script script = UntilStopped(_ => { });
        await using WorkerHost worker = await WorkerHost.StartAsync(orchestrator, builder => builder.Add<StepProcessor>(), script);
        Job job = orchestrator.Jobs.Add("step", queue: "steps", leaseSeconds: 6);
        await RunningAsync(orchestrator, worker, job);
        await Eventually.TrueAsync(() => orchestrator.Faults.Count("POST /jobs/cancels") > 0, "it was asked");

        orchestrator.Jobs.Cancel(job.Id);

        Assert.Equal(JobStatus.Cancelled, (await orchestrator.EndAsync(job)).Status);
        Assert.Equal(1, orchestrator.Faults.Count("POST /jobs/cancels"));
        Assert.Single(worker.Log.At(LogLevel.Information), line => line.Contains("heartbeats alone", StringComparison.Ordinal));
    }

    /// <summary>An attempt that may finish while the worker goes down is cancelled all the same.</summary>
    [Fact]
    public async Task Cancel_WhileTheWorkerGoesDown_StillReachesTheCode()
    {
        await using FakeOrchestrator orchestrator = await FakeOrchestrator.StartAsync();
        Script script = UntilStopped(_ => { });
        await using WorkerHost worker = await WorkerHost.StartAsync(
            orchestrator,
            builder => builder.Add<StepProcessor>().Configure(options => options.ShutdownTimeout = TimeSpan.FromMinutes(5)),
            script);
        Job job = orchestrator.Jobs.Add("step", queue: "steps", leaseSeconds: TenMinutes);
        await RunningAsync(orchestrator, worker, job);
        Task stopped = worker.StopAsync();

        orchestrator.Jobs.Cancel(job.Id);

        Assert.Equal(JobStatus.Cancelled, (await orchestrator.EndAsync(job)).Status);
        await stopped;
    }

    private static Script UntilStopped(Action<JobContext> stopped) => new()
    {
        Run = async (_, context) =>
        {
            try
            {
                await Task.Delay(Timeout.Infinite, context.CancellationToken);
            }
            finally
            {
                stopped(context);
            }

            return null;
        },
    };

    private static Task RunningAsync(FakeOrchestrator orchestrator, WorkerHost worker, Job job) => Eventually.TrueAsync(
        () => orchestrator.Jobs.Find(job.Id)!.Status == JobStatus.InProgress && worker.HeldJobs == 1, "the attempt");
}
