namespace JobOrchestrator.Core;

/// <summary>One queue in numbers.</summary>
/// <param name="Name">The queue.</param>
/// <param name="Paused">Nothing is handed out.</param>
/// <param name="Ready">Jobs that could be handed out now.</param>
/// <param name="Scheduled">Jobs that wait for their time.</param>
/// <param name="InProgress">Jobs that are leased.</param>
public sealed record QueueStatistics(string Name, bool Paused, int Ready, int Scheduled, int InProgress)
{
    /// <summary>
    /// How long the oldest job that could be handed out has been waiting; null when none is. Filled in by whoever reads the jobs.
    /// </summary>
    public TimeSpan? OldestAge { get; init; }
}
