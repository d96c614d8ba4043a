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
    /// <summary>
    /// What is stored of what happened today and yesterday, by hours; a day of which nothing is, or can be read, is left out.
    /// </summary>
    public IReadOnlyList<HourDay> Days { get; init; } = [];

    /// <summary>Something is stored under today's name that is no such document.</summary>
    public bool IsTodayForeign { get; init; }
}
