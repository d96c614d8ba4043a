namespace JobOrchestrator.Shards;

/// <summary>Who this replica is.</summary>
/// <param name="Id">Its name; the same after a restart.</param>
/// <param name="Address">Where other replicas reach it.</param>
/// <param name="Process">Its process, unlike any other's, also of its own name: drawn at random, at the start.</param>
internal sealed record ReplicaIdentity(string Id, string Address, string Process)
{
    /// <summary>The name under which its in-process worker leases.</summary>
    public string BuiltInWorker => $"built-in@{Id}";
}
