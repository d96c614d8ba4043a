using System.Net;

namespace JobOrchestrator.Sdk;

#pragma warning disable CA1032 // These are made by the SDK, with what their properties promise.

/// <summary>The orchestrator refused a request.</summary>
public class JobOrchestratorException : Exception
{
    internal JobOrchestratorException(string message, HttpStatusCode? status = null, JobProblem? problem = null, Exception? inner = null)
        : base(message, inner) => (Status, Problem) = (status, problem);

    /// <summary>The HTTP status of the refusal; null when there was no answer.</summary>
    public HttpStatusCode? Status { get; }

    /// <summary>What the orchestrator said; null when it was not a problem document.</summary>
    public JobProblem? Problem { get; }
}

/// <summary>
/// The orchestrator could not be reached, or answered 408, 425, 429, 502, 503, 504 or 520 to 530, for longer than
/// <see cref="JobClientOptions.RetryFor"/>.
/// Whether the last try was carried out is not known; the same call with the same <see cref="JobOptions.IdempotencyKey"/> makes no second
/// job.
/// </summary>
public sealed class JobOrchestratorUnavailableException : JobOrchestratorException
{
    internal JobOrchestratorUnavailableException(
        string message, HttpStatusCode? status, JobProblem? problem, TimeSpan? retryAfter, Exception? inner)
        : base(message, status, problem, inner) => RetryAfter = retryAfter;

    /// <summary>When the orchestrator asked to be called again; null when it did not say.</summary>
    public TimeSpan? RetryAfter { get; }

    /// <summary>
    /// Whether one of the tries may have been carried out: it was sent, and no answer said that nothing was done. False where nobody could
    /// be connected to, nothing was to be changed, or every answer was that of one who is too busy or away (425, 429, 503).
    /// </summary>
    public bool MayHaveBeenCarriedOut { get; init; }
}

/// <summary>The unique key or external id is taken by a live job.</summary>
public sealed class DuplicateJobException : JobOrchestratorException
{
    internal DuplicateJobException(string message, HttpStatusCode status, JobProblem problem, string? holderId)
        : base(message, status, problem) => HolderId = holderId;

    /// <summary>The job that holds the key.</summary>
    public string? HolderId { get; }
}

/// <summary>No such job: never was, belongs to someone else, or has been forgotten.</summary>
public sealed class JobNotFoundException : JobOrchestratorException
{
    internal JobNotFoundException(string jobId, HttpStatusCode status, JobProblem? problem)
        : base($"There is no job {jobId}.", status, problem) => JobId = jobId;

    /// <summary>The id that was asked for.</summary>
    public string JobId { get; }
}

/// <summary>A job that was waited for ended without success.</summary>
public abstract class JobEndedException : Exception
{
    private protected JobEndedException(Job job, string message)
        : base(message) => Job = job;

    /// <summary>The job as it ended.</summary>
    public Job Job { get; }

    /// <summary>Why.</summary>
    public JobError? Error => Job.Error;
}

/// <summary>A job that was waited for failed.</summary>
public sealed class JobFailedException : JobEndedException
{
    internal JobFailedException(Job job)
        : base(job, $"Job {job.Id} failed: {job.Error?.Title ?? "no reason was given"}")
    {
    }
}

/// <summary>A job that was waited for was cancelled, by request or by its time limit.</summary>
public sealed class JobCancelledException : JobEndedException
{
    internal JobCancelledException(Job job)
        : base(job, $"Job {job.Id} was cancelled: {job.Error?.Title ?? "no reason was given"}")
    {
    }
}

/// <summary>A job that was waited for completed, but its result is not what it was to be read as. The job stays completed.</summary>
public sealed class JobResultException : Exception
{
    internal JobResultException(Job job, Type resultType, Exception inner)
        : base($"The result of job {job.Id} (type {job.Type}) cannot be read as {resultType}: {inner.Message}", inner) =>
        (Job, ResultType) = (job, resultType);

    /// <summary>The job, with its result as it was written.</summary>
    public Job Job { get; }

    /// <summary>As what it was to be read.</summary>
    public Type ResultType { get; }
}

#pragma warning restore CA1032
