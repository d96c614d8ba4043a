using JobOrchestrator.Core;

namespace JobOrchestrator.Shards;

/// <summary>A shard that this replica holds: its rules in memory, its documents, which of them cannot be read, its time.</summary>
internal sealed record LoadedShard(
    int Number,
    Shard Shard,
    ShardStore Store,
    PageIndex Pages,
    SettingsIndex Settings,
    Outbox Outbox,
    UnreadableDocuments Unreadable,
    ShardTime Time)
{
    /// <summary>What is stored of what happened today, by hours; null: nothing is, or it cannot be read.</summary>
    public HourDay? Today { get; init; }

    /// <summary>Something is stored under today's name that is no such document.</summary>
    public bool IsTodayForeign { get; init; }
}
