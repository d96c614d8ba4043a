using JobOrchestrator.Sdk.Tests.OneThread;

namespace JobOrchestrator.Sdk.Tests.Worker;

/// <summary>Whom it holds up that some reports are not answered, or not taken.</summary>
public sealed class WorkerSlowReportsTests
{
    private static readonly TimeSpan WellBeforeAClientsTimeout = TimeSpan.FromSeconds(25);

    /// <summary>F15: one request at a time for everybody.</summary>
    [Fact]
    public void Request_NotAnsweredForLong_OtherJobsAreReportedMeanwhile()
    {
        using var attempts = new Attempts(jobs: 3, leaseSeconds: 3);
        attempts.Orchestrator.Add("patient", leaseSeconds: 300);
        attempts.Orchestrator.Swallows = body => body.Contains("patient", StringComparison.Ordinal);
        Assert.Equal(4, attempts.Running);

        attempts.End("patient");
        attempts.MoveUntil(() => attempts.Orchestrator.Swallowed >= 1, "its report", WellBeforeAClientsTimeout);

        attempts.AreHeard(times: 3, WellBeforeAClientsTimeout);
        Assert.Empty(attempts.Stopped);
    }

    /// <summary>F15: a shard that does not answer holds the whole request back that it has a part in.</summary>
    [Fact]
    public void Queue_NeverAnswered_HoldsNoOtherQueueBack()
    {
        using var attempts = new Attempts(jobs: 3, leaseSeconds: 6);
        string[] slow = ["slow-0", "slow-1", "slow-2"];
        attempts.Orchestrator.Swallows = body => slow.Any(job => body.Contains(job, StringComparison.Ordinal));
        Array.ForEach(slow, job => attempts.Orchestrator.Add(job, leaseSeconds: 6, queue: "slow"));
        Assert.Equal(6, attempts.Running);

        attempts.AreHeard(times: 4, WellBeforeAClientsTimeout);
        Assert.Empty(attempts.Stopped);
        Assert.NotEqual(0, attempts.Orchestrator.Swallowed);
    }

    /// <summary>F16: results that are not taken were sent again and again, and nothing behind them.</summary>
    [Fact]
    public void LargeResults_OfAShardThatIsAway_HoldNoHeartbeatBack()
    {
        using var attempts = new Attempts(jobs: 5, leaseSeconds: 3);
        string[] large = ["large-0", "large-1", "large-2"];
        Array.ForEach(large, job => attempts.Orchestrator.Add(job, leaseSeconds: 300, queue: "slow"));
        Assert.Equal(8, attempts.Running);
        foreach (string job in large)
        {
            attempts.Orchestrator.Away.Add(job);
            attempts.End(job, new string('x', 250_000));
        }

        attempts.MoveUntil(
            () => attempts.Orchestrator.Reports.Count(report => report.EndsWith(Report.Complete, StringComparison.Ordinal)) >= 2,
            "two results",
            WellBeforeAClientsTimeout);

        attempts.AreHeard(times: 2, WellBeforeAClientsTimeout);
        Assert.Empty(attempts.Stopped);
        attempts.Orchestrator.Away.Clear();
        attempts.MoveUntil(
            () => large.All(job => attempts.Orchestrator.Taken.Contains($"{job} {Report.Complete}")),
            "the results are taken",
            TimeSpan.FromMinutes(1));
    }

    /// <summary>A worker whose attempts go on until they are told to end.</summary>
    private sealed class Attempts : IDisposable
    {
        private readonly Dictionary<string, TaskCompletionSource<string?>> _running = [];
        private readonly LaneWorker _worker;
        private readonly string[] _watched;

        /// <summary>Starts the worker and so many jobs in the queue <c>steps</c>.</summary>
        public Attempts(int jobs, int leaseSeconds)
        {
            _worker = new LaneWorker(
                new Script { Run = RunAsync }, builder => builder.Queue("steps", 10).Queue("slow", 10));
            _watched = [.. Enumerable.Range(0, jobs).Select(number => $"watched-{number}")];
            Array.ForEach(_watched, job => Orchestrator.Add(job, leaseSeconds));
            Assert.Equal(jobs, Running);
        }

        public LaneOrchestrator Orchestrator => _worker.Orchestrator;

        /// <summary>How many attempts have begun.</summary>
        public int Running => _running.Count;

        /// <summary>Attempts that were asked to stop.</summary>
        public List<string> Stopped { get; } = [];

        /// <summary>Ends a job's attempt.</summary>
        public void End(string job, string? result = null) => _worker.Run(() => _running[job].SetResult(result));

        public void MoveUntil(Func<bool> condition, string what, TimeSpan within) => _worker.MoveUntil(condition, what, within);

        /// <summary>Moves the clock until so many heartbeats of each of the first jobs were taken.</summary>
        public void AreHeard(int times, TimeSpan within)
        {
            int before = Orchestrator.Taken.Count;
            MoveUntil(
                () => _watched.All(job => Orchestrator.Taken.Skip(before).Count(report => report == $"{job} {Report.Heartbeat}") >= times),
                $"{times} heartbeats of each",
                within);
        }

        public void Dispose() => _worker.Dispose();

        private async Task<string?> RunAsync(Step step, JobContext context)
        {
            using CancellationTokenRegistration stopped = context.CancellationToken.Register(() => Stopped.Add(context.JobId));
            var end = new TaskCompletionSource<string?>();
            _running[context.JobId] = end;
            return await end.Task;
        }
    }
}
