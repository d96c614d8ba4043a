namespace JobOrchestrator.Sdk;

/// <summary>A queue in numbers.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Paused">Nothing is handed out until it is resumed.</param>
/// <param name="Depth">Jobs that wait: <see cref="Ready"/> and <see cref="Scheduled"/>.</param>
/// <param name="Ready">Jobs that a worker could have now.</param>
/// <param name="Scheduled">Jobs that wait for their time: delayed, or between two attempts.</param>
/// <param name="Leased">Jobs in the hands of workers.</param>
/// <param name="OldestAgeSeconds">For how long the oldest ready job has been waiting; null when none is ready.</param>
public sealed record JobQueue(string Name, bool Paused, int Depth, int Ready, int Scheduled, int Leased, double? OldestAgeSeconds = null)
{
    /// <summary>Since when it is paused (UTC); null: it is not, or has been since before that was kept.</summary>
    public DateTimeOffset? PausedAt { get; init; }

    /// <summary>The name of the API key that paused it; null also where the caller does not operate the queue.</summary>
    public string? PausedBy { get; init; }

    /// <summary>Why; null also where nothing was said, or the caller does not operate the queue.</summary>
    public string? PauseReason { get; init; }

    /// <summary>The kinds of its jobs' events that are published; null: all.</summary>
    public IReadOnlyList<JobEventKind>? Events { get; init; }
}
