namespace JobOrchestrator.Shards;

/// <summary>Who this replica is.</summary>
/// <param name="Id">Its name; the same after a restart.</param>
/// <param name="Address">Where other replicas reach it.</param>
internal sealed record ReplicaIdentity(string Id, string Address)
{
    /// <summary>The name under which its in-process worker leases.</summary>
    public string BuiltInWorker => $"built-in@{Id}";
}
