namespace JobOrchestrator.Simulation.Oracles;

/// <summary>What the world knows once all is calm and it has run on for long enough, beside what ledger and history know.</summary>
/// <param name="Step">The world's step.</param>
/// <param name="At">The world's time.</param>
internal sealed record CalmState(long Step, DateTimeOffset At)
{
    /// <summary>Shards that a replica holds, serves and reaches the store of.</summary>
    public required IReadOnlySet<int> Served { get; init; }

    /// <summary>Processes whose wall clock has leapt since they began: they delete nothing until their two clocks agree.</summary>
    public IReadOnlySet<string> ClocksLeapt { get; init; } = new HashSet<string>();

    /// <summary>
    /// Whether a job may lawfully wait or run on, such as in a queue that no worker asks for; null: only one that is not due, or paused.
    /// </summary>
    public Func<JobRecord, bool>? MayGoOn { get; init; }

    /// <summary>Owners whose handlers have to have heard of everything of theirs.</summary>
    public IReadOnlySet<string> Owners { get; init; } = new HashSet<string>();

    /// <summary>Whether the broker is such that it has to have everything by now.</summary>
    public bool IsAllPublished { get; init; } = true;

    /// <summary>What each process has in its memory.</summary>
    public IReadOnlyList<MemorySize> Sizes { get; init; } = [];
}

/// <summary>How much of something a process has in its memory.</summary>
/// <param name="Lane">The process.</param>
/// <param name="Name">What, such as <c>watchers</c>.</param>
/// <param name="Count">How many.</param>
/// <param name="Max">How many there may be when all is calm.</param>
internal sealed record MemorySize(string Lane, string Name, long Count, long Max);
