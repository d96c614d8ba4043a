namespace JobOrchestrator.Core;

/// <summary>How full a queue is, or a whole shard, at one moment.</summary>
/// <param name="Ready">Jobs that could be handed out.</param>
/// <param name="Scheduled">Jobs that wait for their time.</param>
/// <param name="Running">Jobs that are leased.</param>
/// <param name="ReadySince">Since when the one is ready that has been for longest; null: none is.</param>
public readonly record struct Backlog(int Ready, int Scheduled, int Running, DateTimeOffset? ReadySince);
