namespace JobOrchestrator.Shards;

/// <summary>How a replica is, for probes and people. Each reason is a sentence.</summary>
/// <param name="Troubles">Why jobs are not taken, or not by every shard; empty: they are.</param>
/// <param name="Warnings">What a person should look at though jobs are taken.</param>
internal sealed record ReplicaHealth(IReadOnlyList<string> Troubles, IReadOnlyList<string> Warnings)
{
    /// <summary>Jobs are taken.</summary>
    public bool IsReady => Troubles.Count == 0;
}
