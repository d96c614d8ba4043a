namespace JobOrchestrator.Sdk;

/// <summary>A queue in numbers.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Paused">Nothing is handed out until it is resumed.</param>
/// <param name="Depth">Jobs that wait: <see cref="Ready"/> and <see cref="Scheduled"/>.</param>
/// <param name="Ready">Jobs that a worker could have now.</param>
/// <param name="Scheduled">Jobs that wait for their time: delayed, or between two attempts.</param>
/// <param name="Leased">Jobs in the hands of workers.</param>
/// <param name="OldestAgeSeconds">For how long the oldest ready job has been waiting; null when none is ready.</param>
public sealed record JobQueue(string Name, bool Paused, int Depth, int Ready, int Scheduled, int Leased, double? OldestAgeSeconds = null);

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
