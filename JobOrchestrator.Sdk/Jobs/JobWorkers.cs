namespace JobOrchestrator.Sdk;

/// <summary>Who works, and what waits that nobody asks for.</summary>
/// <param name="Workers">The workers, those that run most first; at most 500.</param>
/// <param name="Total">How many there are.</param>
/// <param name="Uncovered">Jobs that wait and that no worker asks for, what waits for longest first; at most 100.</param>
/// <param name="WatchedSince">Since when it is watched who asks (UTC).</param>
/// <param name="AsOf">When this was so (UTC).</param>
/// <param name="Missing">Shards that nobody holds at the moment: what they know is left out.</param>
public sealed record JobWorkers(
    IReadOnlyList<JobKnownWorker> Workers,
    int Total,
    IReadOnlyList<JobUncovered> Uncovered,
    DateTimeOffset WatchedSince,
    DateTimeOffset AsOf,
    IReadOnlyList<int> Missing);

/// <summary>
/// A worker, known by what it asks for and by what it holds. One that holds a job is always there; one that holds none and asks for none
/// stays for 15 minutes.
/// </summary>
public sealed record JobKnownWorker
{
    /// <summary>What it calls itself; null where the caller does not operate the queues.</summary>
    public string? Name { get; init; }

    /// <summary>The queues that it asks for or works; <c>*</c>: any. At most 50.</summary>
    public required IReadOnlyList<string> Queues { get; init; }

    /// <summary>The types that it asks for, or works where it was not heard asking; <c>*</c>: any. At most 50.</summary>
    public required IReadOnlyList<string> Types { get; init; }

    /// <summary>How many jobs it holds.</summary>
    public int Running { get; init; }

    /// <summary>How many it runs at once at most; null: it has not said.</summary>
    public int? Slots { get; init; }

    /// <summary>The version of what it runs; null: it has not said.</summary>
    public string? Version { get; init; }

    /// <summary>For how many seconds it has held the job that it holds for longest; null: it holds none.</summary>
    public double? LongestSeconds { get; init; }

    /// <summary>That job.</summary>
    public string? LongestJob { get; init; }

    /// <summary>When it last asked for jobs (UTC); null: it was not heard doing so since the service began to watch.</summary>
    public DateTimeOffset? LastAskedAt { get; init; }

    /// <summary>When it last reported on a job (UTC); null: that is not known.</summary>
    public DateTimeOffset? LastReportedAt { get; init; }

    /// <summary>Nothing is heard of it: it has not asked for a minute, and is late with every job that it holds.</summary>
    public bool Silent { get; init; }

    /// <summary>Its heartbeats of the last 15 minutes that came after two thirds of their lease.</summary>
    public int Late15m { get; init; }

    /// <summary>Leases that it lost in the last 15 minutes.</summary>
    public int Lost15m { get; init; }
}

/// <summary>Jobs of a queue and type that could be handed out, and that no worker asks for.</summary>
/// <param name="Queue">The queue; it is not paused.</param>
/// <param name="Type">The type.</param>
/// <param name="Ready">How many.</param>
/// <param name="OldestSeconds">For how many seconds the one that waits for longest has been ready.</param>
/// <param name="Since">Since when they wait and nobody asks (UTC).</param>
public sealed record JobUncovered(string Queue, string Type, int Ready, double OldestSeconds, DateTimeOffset Since);
