namespace JobOrchestrator.Core;

/// <summary>One queue in numbers.</summary>
/// <param name="Name">The queue.</param>
/// <param name="Paused">Nothing is handed out.</param>
/// <param name="Ready">Jobs that could be handed out now.</param>
/// <param name="Scheduled">Jobs that wait for their time.</param>
/// <param name="InProgress">Jobs that are leased.</param>
public sealed record QueueStatistics(string Name, bool Paused, int Ready, int Scheduled, int InProgress)
{
    /// <summary>How long the oldest job that could be handed out has been waiting; null when none is. Filled in by whoever reads the jobs.</summary>
    public TimeSpan? OldestAge { get; init; }
}

public sealed partial class Shard
{
    /// <summary>Every queue that holds a job or is paused, by name.</summary>
    public IReadOnlyList<QueueStatistics> Statistics(DateTimeOffset now)
    {
        _now = now > _now ? now : _now;
        PromoteScheduled();
        return
        [
            .. _queues.Values
                .OrderBy(queue => queue.Name, StringComparer.Ordinal)
                .Select(queue => new QueueStatistics(
                    queue.Name, queue.Paused, queue.Ready.Count, queue.Waiting - queue.Ready.Count, queue.InProgress)),
        ];
    }

    /// <summary>The paused queues, by name.</summary>
    public IReadOnlyList<string> PausedQueues =>
        [.. _queues.Values.Where(queue => queue.Paused).Select(queue => queue.Name).Order(StringComparer.Ordinal)];
}
