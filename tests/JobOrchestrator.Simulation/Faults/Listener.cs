namespace JobOrchestrator.Simulation;

/// <summary>Who is there in some worlds only, besides callers and the workers that are everywhere.</summary>
internal enum Listener
{
    /// <summary>Reads the feed.</summary>
    Reader = 1,

    /// <summary>Follows jobs to their end.</summary>
    Watcher = 2,

    /// <summary>Handles an owner's events, by the SDK.</summary>
    Owner = 3,

    /// <summary>Works jobs, by the SDK.</summary>
    SdkWorker = 4,

    /// <summary>Looks for jobs, page by page.</summary>
    Searcher = 5,

    /// <summary>Moves waiting jobs to other queues, sets labels, and looks at the accounts.</summary>
    Mover = 6,
}
