using System.Collections.Concurrent;
using JobOrchestrator.Sdk.Tests.Fakes;
using TestSupport;

namespace JobOrchestrator.Sdk.Tests.Worker;

/// <summary>Whom it holds up that some reports are not answered, or not taken.</summary>
public sealed class WorkerSlowReportsTests
{
    private static readonly TimeSpan WellBeforeAClientsTimeout = TimeSpan.FromSeconds(25);

    /// <summary>F15: one request at a time for everybody.</summary>
    [Fact]
    public async Task Request_NotAnsweredForLong_OtherJobsAreReportedMeanwhile()
    {
        await using FakeOrchestrator orchestrator = await FakeOrchestrator.StartAsync();
        await using Attempts attempts = await Attempts.StartAsync(orchestrator, jobs: 3, leaseSeconds: 3);
        Job patient = orchestrator.Jobs.Add("step", queue: "steps", leaseSeconds: 300);
        orchestrator.Faults.Swallows = body => body.Contains(patient.Id, StringComparison.Ordinal);
        await attempts.BeginAsync(4);

        attempts.End(patient);
        await Eventually.TrueAsync(() => orchestrator.Faults.Count("POST /jobs/report") >= 1, "its report");

        await attempts.AreHeardAsync(times: 3, WellBeforeAClientsTimeout);
        Assert.Empty(attempts.Stopped);
    }

    /// <summary>F15: a shard that does not answer holds the whole request back that it has a part in.</summary>
    [Fact]
    public async Task Queue_NeverAnswered_HoldsNoOtherQueueBack()
    {
        await using FakeOrchestrator orchestrator = await FakeOrchestrator.StartAsync();
        Job[] slow = [.. Enumerable.Range(0, 3).Select(_ => orchestrator.Jobs.Add("step", queue: "slow", leaseSeconds: 6))];
        orchestrator.Faults.Swallows = body => slow.Any(job => body.Contains(job.Id, StringComparison.Ordinal));

        await using Attempts attempts = await Attempts.StartAsync(orchestrator, jobs: 3, leaseSeconds: 6, others: 3);

        await attempts.AreHeardAsync(times: 4, WellBeforeAClientsTimeout);
        Assert.Empty(attempts.Stopped);
    }

    /// <summary>F16: results that are not taken were sent again and again, and nothing behind them.</summary>
    [Fact]
    public async Task LargeResults_OfAShardThatIsAway_HoldNoHeartbeatBack()
    {
        await using FakeOrchestrator orchestrator = await FakeOrchestrator.StartAsync();
        await using Attempts attempts = await Attempts.StartAsync(orchestrator, jobs: 5, leaseSeconds: 3);
        Job[] large = [.. Enumerable.Range(0, 3).Select(_ => orchestrator.Jobs.Add("step", queue: "slow", leaseSeconds: 300))];
        await attempts.BeginAsync(8);
        foreach (Job job in large)
        {
            orchestrator.Jobs.Away.Add(job.Id);
            attempts.End(job, new string('x', 250_000));
        }

        await Eventually.TrueAsync(() => orchestrator.Jobs.Reports.Count(report => report.Action == Report.Complete) >= 2, "two results");

        await attempts.AreHeardAsync(times: 2, WellBeforeAClientsTimeout);
        Assert.Empty(attempts.Stopped);
        orchestrator.Jobs.Away.Clear();
        foreach (Job job in large)
        {
            await orchestrator.EndAsync(job);
        }
    }

    /// <summary>A worker whose attempts go on until they are told to end.</summary>
    private sealed class Attempts : IAsyncDisposable
    {
        private readonly FakeOrchestrator _orchestrator;
        private readonly ConcurrentDictionary<string, TaskCompletionSource<string?>> _running = new();
        private WorkerHost _worker = null!;
        private Job[] _watched = [];

        private Attempts(FakeOrchestrator orchestrator) => _orchestrator = orchestrator;

        /// <summary>Attempts that were asked to stop.</summary>
        public ConcurrentBag<string> Stopped { get; } = [];

        /// <summary>
        /// Starts the worker and so many jobs in the queue <c>steps</c>; <paramref name="others"/> wait elsewhere already.
        /// </summary>
        public static async Task<Attempts> StartAsync(FakeOrchestrator orchestrator, int jobs, int leaseSeconds, int others = 0)
        {
            var attempts = new Attempts(orchestrator);
            attempts._watched = [.. Enumerable.Range(0, jobs)
                .Select(_ => orchestrator.Jobs.Add("step", queue: "steps", leaseSeconds: leaseSeconds))];
            attempts._worker = await WorkerHost.StartAsync(
                orchestrator,
                builder => builder.Add<StepProcessor>().Queue("steps", 10).Queue("slow", 10)
                    .Configure(options =>
                    {
                        options.ShutdownTimeout = TimeSpan.Zero;
                        options.ShutdownGrace = TimeSpan.FromMilliseconds(50);
                    }),
                new Script { Run = attempts.RunAsync });
            await attempts.BeginAsync(jobs + others);
            return attempts;
        }

        /// <summary>Waits until so many attempts run.</summary>
        public Task BeginAsync(int count) => Eventually.TrueAsync(() => _running.Count == count, $"{count} attempts");

        /// <summary>Ends a job's attempt.</summary>
        public void End(Job job, string? result = null) => _running[job.Id].SetResult(result);

        /// <summary>Waits until so many heartbeats of each of the first jobs were taken.</summary>
        public Task AreHeardAsync(int times, TimeSpan within)
        {
            int before = _orchestrator.Jobs.Reports.Count;
            return Eventually.TrueAsync(
                () =>
                {
                    Report[] since = [.. _orchestrator.Jobs.Reports.Skip(before).Where(WorkerReports.IsHeartbeat)];
                    return _watched.All(job => since.Count(report => report.JobId == job.Id) >= times);
                },
                $"{times} heartbeats of each",
                within);
        }

        public ValueTask DisposeAsync() => _worker.DisposeAsync();

        private async Task<string?> RunAsync(Step step, JobContext context)
        {
            using CancellationTokenRegistration stopped = context.CancellationToken.Register(() => Stopped.Add(context.JobId));
            var end = new TaskCompletionSource<string?>(TaskCreationOptions.RunContinuationsAsynchronously);
            _running[context.JobId] = end;
            return await end.Task.WaitAsync(context.CancellationToken);
        }
    }
}
