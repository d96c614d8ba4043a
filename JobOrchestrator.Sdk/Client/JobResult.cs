using System.Text.Json;

namespace JobOrchestrator.Sdk;

/// <summary>What a job that was waited for comes to: its result, or an exception.</summary>
internal static class JobResult
{
    /// <summary>The result of a finished job; default when there is none.</summary>
    /// <exception cref="JobFailedException">It failed.</exception>
    /// <exception cref="JobCancelledException">It was cancelled.</exception>
    /// <exception cref="JobResultException">The result cannot be read so, or the key may not read it.</exception>
    public static TResult Of<TResult>(Job job, JsonSerializerOptions json) => job.Status switch
    {
        JobStatus.Completed => Read<TResult>(job, json),
        JobStatus.Failed => throw new JobFailedException(job),
        JobStatus.Cancelled => throw new JobCancelledException(job),
        JobStatus.New or JobStatus.InProgress => throw new ArgumentException("The job has not finished.", nameof(job)),
    };

    private static TResult Read<TResult>(Job job, JsonSerializerOptions json)
    {
        if (job is { Result: null, ResultBytes: not null })
        {
            throw new JobResultException(
                job, typeof(TResult), new UnauthorizedAccessException("The key may not read payloads: it lacks ReadPayload."));
        }

        try
        {
            return DeclaredJson.Read<TResult>(job.Result, json)!;
        }
        catch (Exception exception)
        {
            // A constructor or a setter of the result is code as well, and may throw anything.
            throw new JobResultException(job, typeof(TResult), exception);
        }
    }
}
