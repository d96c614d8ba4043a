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

    private const int OfEarlierKey = 80;

    /// <summary>The bound on a job's document as it is, in bytes.</summary>
    public static int Of(Job job)
    {
        int bytes = Fixed + job.Spec.DocumentBytesMax + Of(job.IdempotencyKey) + Of(job.State) + Of(job.Result) + Of(job.Progress?.Message)
            + Of(job.Error?.Type) + Of(job.Error?.Title) + Of(job.Error?.Detail) + Of(job.Lease?.Token) + Of(job.Lease?.Worker)
            + job.Labels.DocumentBytesMax + OfEarlierKey * job.EarlierKeys.Count;
        foreach (Attempt attempt in job.Attempts)
        {
            bytes += FixedOfAttempt + Of(attempt.Worker) + Of(attempt.Token) + Of(attempt.Error);
        }

        return bytes;
    }

    /// <summary>The bound on the document that a new job gets: the same as its job's once it is accepted.</summary>
    public static int OfNew(JobSpec spec, string? idempotencyKey, JsonText? state, JobLabels labels, int earlierKeys = 0) =>
        Fixed + spec.DocumentBytesMax + Of(idempotencyKey) + Of(state) + labels.DocumentBytesMax + OfEarlierKey * earlierKeys;

    /// <summary>The bound on what changes of labels add to a document.</summary>
    public static int Of(IReadOnlyDictionary<string, string?>? labels) =>
        labels is null ? 0 : JobLabels.None.With(labels).DocumentBytesMax;

    /// <summary>The bound on what a value of a worker's report adds to a document.</summary>
    public static int Of(JsonText? json) => 2 * (json?.Length ?? 0);

    public static int Of(string? text) => OfText(text?.Length ?? 0);

    /// <summary>The bound on what a text of so many characters adds.</summary>
    public static int OfText(int characters) => 3 * characters;
}
