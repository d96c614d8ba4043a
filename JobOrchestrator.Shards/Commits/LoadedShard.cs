using JobOrchestrator.Core;

namespace JobOrchestrator.Shards;

/// <summary>A shard that this replica holds: its rules in memory, its documents, and its time.</summary>
internal sealed record LoadedShard(
    int Number, Shard Shard, ShardStore Store, PageIndex Pages, SettingsIndex Settings, Outbox Outbox, ShardTime Time);
