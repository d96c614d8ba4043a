namespace JobOrchestrator.Simulation;

/// <summary>What a replica does with a shard, told from its calls to the store and its log.</summary>
internal enum Phase
{
    /// <summary>It does not run, or nothing of it does.</summary>
    None = 0,

    /// <summary>It asks what the store is and whether the shard is free.</summary>
    Asking,

    /// <summary>It writes itself into the head, and reads that.</summary>
    Taking,

    /// <summary>It writes the documents of the former holder's last commit.</summary>
    Redoing,

    /// <summary>It reads pages and jobs.</summary>
    Loading,

    /// <summary>It holds the shard, and no write is under way.</summary>
    Serving,

    /// <summary>A commit or a renewal is under way.</summary>
    Committing,

    /// <summary>A write was not answered, and it finds out what became of it.</summary>
    Settling,

    /// <summary>It was asked to stop.</summary>
    Stopping,
}
