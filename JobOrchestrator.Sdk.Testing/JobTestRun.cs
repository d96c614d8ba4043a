using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;

namespace JobOrchestrator.Sdk.Testing;

/// <summary>What would have been reported to the orchestrator.</summary>
public enum JobTestOutcome
{
    /// <summary>The attempt has not ended.</summary>
    Running = 0,

    /// <summary>The job completed.</summary>
    Completed = 1,

    /// <summary>The attempt failed, to be tried again if retries are left.</summary>
    Failed = 2,

    /// <summary>The job failed for good, whatever retries were left.</summary>
    FailedPermanently = 3,

    /// <summary>The job was given back, attempt not spent; or, when a cancel was asked for, it is Cancelled.</summary>
    Released = 4,

    /// <summary>Nothing is reported: the lease was lost.</summary>
    LeaseLost = 5,
}

#pragma warning disable CA1001 // Its token sources have neither timers nor wait handles, and a test should not have to dispose a result.
/// <summary>One attempt run by a <see cref="JobTest{TProcessor}"/>, and what it reported.</summary>
public sealed class JobTestRun : IAttempt
{
    private readonly JsonSerializerOptions _json;
    private readonly CancellationTokenSource _stop = new();
    private readonly CancellationTokenSource _stopping = new();
    private readonly ConcurrentQueue<JobProgress> _progress = new();
    private readonly ConcurrentQueue<JsonElement> _checkpoints = new();
    private AttemptEnd? _end;

    internal JobTestRun(JsonSerializerOptions json) => _json = json;

    /// <summary>Completes when the attempt has ended, however it ended; it never fails.</summary>
    public Task Ended { get; private set; } = Task.CompletedTask;

    /// <summary>How the attempt ended.</summary>
    public JobTestOutcome Outcome => _end switch
    {
        null => JobTestOutcome.Running,
        AttemptEnd.Completed => JobTestOutcome.Completed,
        AttemptEnd.Failed { Retry: true } => JobTestOutcome.Failed,
        AttemptEnd.Failed => JobTestOutcome.FailedPermanently,
        AttemptEnd.Released => JobTestOutcome.Released,
        AttemptEnd.Lost => JobTestOutcome.LeaseLost,
        _ => throw new UnreachableException(),
    };

    /// <summary>The error reported by a failed attempt; null otherwise.</summary>
    public JobError? Error =>
        _end is AttemptEnd.Failed { Error: var error } ? new JobError(error.Title, error.Type, error.Status, error.Detail) : null;

    /// <summary>What the processor threw; null when it did not fail.</summary>
    public Exception? Exception => (_end as AttemptEnd.Failed)?.Exception;

    /// <summary>Every progress reported, in order.</summary>
    public IReadOnlyList<JobProgress> Progress => [.. _progress];

    /// <summary>How many checkpoints were saved.</summary>
    public int CheckpointCount => _checkpoints.Count;

    internal CancellationToken Stopping => _stopping.Token;

    CancellationToken IAttempt.Token => _stop.Token;

    JobStopReason IAttempt.StopReason => StopReason;

    private JobStopReason StopReason { get; set; }

    /// <summary>The result, read back from its JSON; default when there is none.</summary>
    public T? ReadResult<T>() => PayloadJson.Read<T>((_end as AttemptEnd.Completed)?.Result, _json);

    /// <summary>The last checkpoint saved, read back from its JSON; default when there is none.</summary>
    public T? ReadCheckpoint<T>() => PayloadJson.Read<T>(_checkpoints.IsEmpty ? null : _checkpoints.Last(), _json);

    /// <summary>As when someone cancels the job.</summary>
    public void RequestCancel() => Stop(JobStopReason.CancelRequested);

    /// <summary>As when the worker was cut off for longer than its lease.</summary>
    public void LoseLease() => Stop(JobStopReason.LeaseLost);

    /// <summary>As when the worker's process begins to go down: <see cref="JobContext.StoppingToken"/>.</summary>
    public void BeginShutdown() => _stopping.Cancel();

    /// <summary>As when the time for finishing has passed at shutdown: <see cref="JobContext.CancellationToken"/>.</summary>
    public void EndShutdown()
    {
        _stopping.Cancel();
        Stop(JobStopReason.WorkerStopping);
    }

    void IAttempt.Tell(JobProgress progress) => _progress.Enqueue(progress);

    Task IAttempt.SaveAsync(JsonElement state)
    {
        _stop.Token.ThrowIfCancellationRequested();
        _checkpoints.Enqueue(state);
        return Task.CompletedTask;
    }

    internal void Begin(Func<Task<AttemptEnd>> run) => Ended = Task.Run(async () => _end = await run());

    private void Stop(JobStopReason reason)
    {
        StopReason = reason;
        _stop.Cancel();
    }
}
