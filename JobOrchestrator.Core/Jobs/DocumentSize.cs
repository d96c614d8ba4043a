namespace JobOrchestrator.Core;

/// <summary>
/// A bound on the bytes that a job's document needs. JSON kept as a string can double (every quote is escaped); a character of plain text
/// is at most three bytes (beyond the basic plane and among control characters it can be six: the store's limit leaves that room).
/// </summary>
public static class DocumentSize
{
    // The names of all fields, ids, instants and numbers.
    private const int Fixed = 1_024;

    private const int FixedOfAttempt = 256;

    /// <summary>The bound on a job's document as it is, in bytes.</summary>
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

    /// <summary>The bound on the document that a new job gets: the same as its job's once it is accepted.</summary>
    public static int Of(NewJob job)
    {
        int json = Length(job.Input) + Length(job.State);
        int text = Length(job.Type) + Length(job.Queue) + Length(job.Owner) + Length(job.ExternalId) + Length(job.UniqueKey)
            + Length(job.IdempotencyKey) + Length(job.Traceparent);
        return Fixed + 2 * json + 3 * text;
    }

    /// <summary>The bound on what a value of a worker's report adds to a document.</summary>
    internal static int Of(JsonText? json) => 2 * Length(json);

    private static int Length(JsonText? json) => json?.Length ?? 0;

    private static int Length(string? text) => text?.Length ?? 0;
}
