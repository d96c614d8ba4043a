namespace JobOrchestrator.Simulation;

/// <summary>Who listens to what happens, besides callers and workers.</summary>
internal enum Listener
{
    /// <summary>Reads the feed.</summary>
    Reader = 1,

    /// <summary>Follows jobs to their end.</summary>
    Watcher = 2,

    /// <summary>Handles an owner's events, by the SDK.</summary>
    Owner = 3,
}
