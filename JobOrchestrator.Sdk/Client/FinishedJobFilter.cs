namespace JobOrchestrator.Sdk;

/// <summary>Which of a queue's finished jobs to run again or to forget, newest first. Members that are null do not filter.</summary>
public sealed record FinishedJobFilter
{
    /// <summary>Failed (the dead letters) by default; Cancelled or Completed.</summary>
    public JobStatus Status { get; init; } = JobStatus.Failed;

    /// <summary>Only this owner's.</summary>
    public string? Owner { get; init; }

    /// <summary>Only this type.</summary>
    public string? Type { get; init; }

    /// <summary>Only jobs created after this instant.</summary>
    public DateTimeOffset? CreatedAfter { get; init; }

    /// <summary>Only jobs created before this instant.</summary>
    public DateTimeOffset? CreatedBefore { get; init; }

    /// <summary>At most so many; null: all.</summary>
    public int? Limit { get; init; }
}

/// <summary>What became of a replay.</summary>
/// <param name="Retried">Jobs that run again.</param>
/// <param name="Skipped">Jobs left as they are, because another job has their unique key or external id by now.</param>
public sealed record JobReplay(int Retried, int Skipped);
