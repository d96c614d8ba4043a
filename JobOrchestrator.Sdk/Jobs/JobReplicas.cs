namespace JobOrchestrator.Sdk;

/// <summary>Who holds the shards.</summary>
/// <param name="Replicas">The replicas, by name.</param>
/// <param name="Missing">Shards that nobody holds at the moment.</param>
/// <param name="Transactions">
/// Whether the state store <c>rolls back</c> a transaction that it refuses, or <c>does not roll back</c>: then a commit takes two writes.
/// Null: no shard is held.
/// </param>
/// <param name="AsOf">When this was so (UTC).</param>
public sealed record JobReplicas(
    IReadOnlyList<JobReplica> Replicas, IReadOnlyList<int> Missing, string? Transactions, DateTimeOffset AsOf)
{
    /// <summary>
    /// What kind of component the state store is to the sidecar, such as <c>state.redis</c>. Null: no shard is held, or the orchestrator
    /// says none.
    /// </summary>
    public string? StoreType { get; init; }
}

/// <summary>A replica of the orchestrator.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Version">The version that it runs; null: it has none.</param>
/// <param name="MemoryBytes">What it has in managed memory.</param>
/// <param name="Since">Since when it holds the shard that it holds for longest (UTC).</param>
/// <param name="Live">Jobs that have not ended.</param>
/// <param name="Waiting">Commands that wait: for their turn, or for a job that can be handed out.</param>
/// <param name="Commits">The commits of the last five minutes.</param>
/// <param name="Outbox">Events that the broker has not got.</param>
/// <param name="Shards">Its shards, by number.</param>
public sealed record JobReplica(
    string Name,
    string? Version,
    long MemoryBytes,
    DateTimeOffset Since,
    long Live,
    int Waiting,
    JobReplicaCommits Commits,
    JobReplicaOutbox Outbox,
    IReadOnlyList<JobHeldShard> Shards);

/// <summary>The commits of the last five minutes.</summary>
/// <param name="PerSecond">How many a second.</param>
/// <param name="P50Seconds">What half of them did not exceed, within 19 %; null: there were none.</param>
/// <param name="P99Seconds">What 99 of 100 did not exceed, within 19 %; null: there were none.</param>
public sealed record JobReplicaCommits(double PerSecond, double? P50Seconds, double? P99Seconds);

/// <summary>Events that the broker has not got.</summary>
/// <param name="Pending">How many.</param>
/// <param name="OldestSeconds">For how many seconds the oldest of them has waited.</param>
public sealed record JobReplicaOutbox(long Pending, double OldestSeconds);

/// <summary>A shard that a replica holds.</summary>
/// <param name="Shard">Its number.</param>
/// <param name="Epoch">Grows with every taking over.</param>
/// <param name="Since">Since when it is held so (UTC).</param>
/// <param name="Live">Jobs that have not ended.</param>
/// <param name="EventsPending">Events that the broker has not got.</param>
public sealed record JobHeldShard(int Shard, long Epoch, DateTimeOffset Since, long Live, long EventsPending);
