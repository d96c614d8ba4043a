namespace JobOrchestrator.Core;

/// <summary>One queue in numbers.</summary>
/// <param name="Name">The queue.</param>
/// <param name="Paused">Nothing is handed out.</param>
/// <param name="Ready">Jobs that could be handed out now.</param>
/// <param name="Scheduled">Jobs that wait for their time; where very many are due at once, some of them for a moment longer.</param>
/// <param name="InProgress">Jobs that are leased.</param>
public sealed record QueueStatistics(string Name, bool Paused, int Ready, int Scheduled, int InProgress)
{
    /// <summary>How long the oldest job that could be handed out has been waiting; null when none is.</summary>
    public TimeSpan? OldestAge { get; init; }

    /// <summary>Since when it is paused, by whom and why; null: it is not, or that is not known.</summary>
    public QueuePause? Pause { get; init; }

    /// <summary>Kinds of its jobs' events that are not published.</summary>
    public EventKinds Unpublished { get; init; }

    /// <summary>It had jobs lately, as far as that is known.</summary>
    public bool IsRecent { get; init; }

    /// <summary>It holds no job and nothing is set of it: a queue of which nothing was ever said is the same.</summary>
    public bool IsIdle => this is
    {
        Paused: false, Ready: 0, Scheduled: 0, InProgress: 0, IsRecent: false, Unpublished: EventKinds.None,
    };
}
