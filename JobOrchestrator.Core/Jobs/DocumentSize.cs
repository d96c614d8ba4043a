namespace JobOrchestrator.Core;

/// <summary>
/// A bound on the bytes that a job's document needs. JSON kept as a string can double (every quote is escaped); a character of plain text
/// is at most three bytes (beyond the basic plane and among control characters it can be six: the store's limit leaves that room).
/// </summary>
internal static class DocumentSize
{
    // The names of all fields, ids, instants and numbers.
    private const int Fixed = 1_024;

    private const int FixedOfAttempt = 256;

    public static int Of(Job job)
    {
        int json = Length(job.Input) + Length(job.State) + Length(job.Result) + Length(job.Error?.Detail);
        int text = Length(job.Type) + Length(job.Queue) + Length(job.Owner) + Length(job.ExternalId) + Length(job.UniqueKey)
            + Length(job.IdempotencyKey) + Length(job.Traceparent) + Length(job.Progress?.Message)
            + Length(job.Error?.Type) + Length(job.Error?.Title) + Length(job.Lease?.Token) + Length(job.Lease?.Worker);
        foreach (Attempt attempt in job.Attempts)
        {
            text += Length(attempt.Worker) + Length(attempt.Token) + Length(attempt.Error);
        }

        return Fixed + FixedOfAttempt * job.Attempts.Count + 2 * json + 3 * text;
    }

    private static int Length(JsonText? json) => json?.Length ?? 0;

    private static int Length(string? text) => text?.Length ?? 0;
}
