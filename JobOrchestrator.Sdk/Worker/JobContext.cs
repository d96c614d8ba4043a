using System.Text.Json;

namespace JobOrchestrator.Sdk;

/// <summary>Why an attempt was asked to stop.</summary>
public enum JobStopReason
{
    /// <summary>It was not.</summary>
    None = 0,

    /// <summary>The job is being cancelled. Throw <see cref="OperationCanceledException"/> to obey.</summary>
    CancelRequested = 1,

    /// <summary>The lease is over: the job is someone else's, and whatever this attempt reports is refused.</summary>
    LeaseLost = 2,

    /// <summary>
    /// The worker process is going down and the time for finishing has passed. The job goes back to its queue, the attempt not spent.
    /// </summary>
    WorkerStopping = 3,
}

/// <summary>One attempt at one job, as its processor sees it.</summary>
public sealed class JobContext
{
    private readonly IAttempt _attempt;
    private readonly JsonSerializerOptions _json;
    private JsonElement? _checkpoint;

    internal JobContext(Job job, IAttempt attempt, JsonSerializerOptions json, CancellationToken stopping) =>
        (Job, _attempt, _json, _checkpoint, StoppingToken) = (job, attempt, json, job.State, stopping);

    /// <summary>The job's document as it was when this attempt began.</summary>
    public Job Job { get; }

    /// <summary>The job's id.</summary>
    public string JobId => Job.Id;

    /// <summary>The queue that the job came from.</summary>
    public string Queue => Job.Queue ?? "default";

    /// <summary>The number of this attempt, from 1.</summary>
    public int Attempt => Job.Attempt;

    /// <summary>
    /// <em>Stop this attempt</em>: the job was cancelled, the lease was lost, or the time for finishing at shutdown has passed.
    /// </summary>
    public CancellationToken CancellationToken => _attempt.Token;

    /// <summary>Why <see cref="CancellationToken"/> was cancelled.</summary>
    public JobStopReason StopReason => _attempt.StopReason;

    /// <summary>
    /// <em>Stop taking work</em>: the worker is going down, but this attempt may go on until <see cref="CancellationToken"/>. A long
    /// attempt can save a checkpoint now and throw <see cref="OperationCanceledException"/>: then the job is given back at once.
    /// </summary>
    public CancellationToken StoppingToken { get; }

    /// <summary>Tells how far the attempt is. Returns at once; of reports that follow each other fast, the last one is sent.</summary>
    /// <param name="percent">0 to 100; what lies outside is brought to the nearer end. Null, or no number, means unknown.</param>
    /// <param name="message">One line for people.</param>
    public void ReportProgress(double? percent, string? message = null) =>
        _attempt.Tell(new JobProgress(percent is { } value and not double.NaN ? Math.Clamp(value, 0, 100) : null, message));

    /// <summary>
    /// Stores a checkpoint with the job. Once this returns, the next attempt finds it, whatever happens to this one.
    /// While the orchestrator cannot be reached it waits.
    /// </summary>
    /// <param name="checkpoint">Everything needed to go on from here; at most 256 KiB of JSON unless configured otherwise.</param>
    /// <exception cref="OperationCanceledException">The attempt was asked to stop.</exception>
    /// <exception cref="JobOrchestratorException">
    /// The checkpoint was refused: it is too large (status 413), or there is no room for it while so many other jobs are there (429, the
    /// orchestrator's <c>Jobs:BytesMax</c> and <c>Jobs:OwnerBytesMax</c>). The one before it stays, the lease is kept, and the attempt may
    /// go on without, or save again later.
    /// </exception>
    public async Task SaveCheckpointAsync<T>(T checkpoint)
    {
        JsonElement state = PayloadJson.Write(checkpoint, _json) ?? throw new ArgumentNullException(nameof(checkpoint));
        await _attempt.SaveAsync(state);
        _checkpoint = state;
    }

    /// <summary>The last checkpoint, of this attempt or an earlier one; default when there is none.</summary>
    /// <exception cref="JsonException">It is not of that shape.</exception>
    public T? LoadCheckpoint<T>() => PayloadJson.Read<T>(_checkpoint, _json);
}

/// <summary>What stands behind a <see cref="JobContext"/>: a lease, or a test.</summary>
internal interface IAttempt
{
    CancellationToken Token { get; }

    JobStopReason StopReason { get; }

    void Tell(JobProgress progress);

    Task SaveAsync(JsonElement state);
}
