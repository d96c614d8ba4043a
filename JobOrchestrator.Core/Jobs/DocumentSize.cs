namespace JobOrchestrator.Core;

/// <summary>
/// A bound on the bytes that a job's document needs. JSON kept as a string can double (every quote is escaped); a character of plain text
/// is at most three bytes (beyond the basic plane and among control characters it can be six: the store's limit leaves that room).
/// </summary>
internal static class DocumentSize
{
    /// <summary>The names of all fields, ids, instants and numbers.</summary>
    public const int Fixed = 1_024;

    private const int FixedOfAttempt = 256;

    public static int Of(Job job)
    {
        int bytes = Fixed + Of(job.Input) + Of(job.State) + Of(job.Result) + Of(job.Type) + Of(job.Queue) + Of(job.Owner)
            + Of(job.ExternalId) + Of(job.UniqueKey) + Of(job.IdempotencyKey) + Of(job.Traceparent) + Of(job.Progress?.Message)
            + Of(job.Error?.Type) + Of(job.Error?.Title) + Of(job.Error?.Detail) + Of(job.Lease?.Token) + Of(job.Lease?.Worker);
        foreach (Attempt attempt in job.Attempts)
        {
            bytes += FixedOfAttempt + Of(attempt.Worker) + Of(attempt.Token) + Of(attempt.Error);
        }

        return bytes;
    }

    public static int Of(JsonText? json) => 2 * (json?.Length ?? 0);

    public static int Of(string? text) => 3 * (text?.Length ?? 0);
}
