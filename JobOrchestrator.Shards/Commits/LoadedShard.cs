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
    ShardTime Time);
