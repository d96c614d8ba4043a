namespace JobOrchestrator.Core;

/// <summary>What has become of a job, and what it has to do with others: nothing yet of nearly all that wait.</summary>
internal sealed record JobCourse : SharedPart
{
    /// <summary>Nothing.</summary>
    public static JobCourse None { get; } = Share(new JobCourse());

    public JsonText? State { get; set; }

    public JsonText? Result { get; set; }

    public Progress? Progress { get; set; }

    public JobError? Error { get; set; }

    public Lease? Lease { get; set; }

    public IReadOnlyList<Attempt> Attempts { get; set; } = [];

    public JobId? RetryOf { get; set; }

    public JobId? RetriedAs { get; set; }

    public Instant StartedAt { get; set; }

    public Instant FinishedAt { get; set; }

    public Instant ExpiresAt { get; set; }
}
