namespace JobOrchestrator.Simulation.Oracles;

/// <summary>What the oracles have to know of how the world is set up.</summary>
internal sealed record JudgeRules
{
    /// <summary>The oracles that are listened to; null: all.</summary>
    public IReadOnlySet<string>? Heeded { get; init; }

    /// <summary>How long a finished job is kept.</summary>
    public TimeSpan Retention { get; init; } = TimeSpan.FromDays(7);

    /// <summary>How long published events are kept.</summary>
    public TimeSpan EventRetention { get; init; } = TimeSpan.FromHours(1);

    /// <summary>Bytes of events that are kept at most: over it they go before their time.</summary>
    public long EventBytesMax { get; init; } = 64 << 20;

    /// <summary>The events that are published, by kind; null: all.</summary>
    public IReadOnlySet<string>? PublishedKinds { get; init; }

    /// <summary>A report of progress need not be published that another event of its job has overtaken.</summary>
    public bool CoalescesProgress { get; init; }

    /// <summary>By how much a clock of the service may go wrong: drift over the longest span, and late timers.</summary>
    public TimeSpan ClockError { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>A stall that no worker is excused for: while the service is away no longer than this, its leases run on.</summary>
    public TimeSpan StallNotExcused { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>
    /// A service that stands still while its loop is at rest does not know when that began: it counts from when it meant to look again.
    /// </summary>
    public TimeSpan StallNotSeen { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Commits that a report may see pass while it waits in a service that could take it.</summary>
    public int ReportWaitsCommitsMax { get; init; } = 4;

    /// <summary>Commits that any other command may see pass.</summary>
    public int CommandWaitsCommitsMax { get; init; } = 16;

    /// <summary>Commits that anything may see pass after the store has failed or refused a request of its shard.</summary>
    public int TriedAgainCommitsMax { get; init; } = 64;

    /// <summary>
    /// How long, of the time in which its process runs, whoever follows a job waits for what is committed: no longer than a lease of the
    /// shard, two reads of the store, and something to spare.
    /// </summary>
    public TimeSpan WatchWithin { get; init; } = TimeSpan.FromSeconds(45);

    /// <summary>How long the holder of a shard has to be silent before another may take it; zero: it is not said.</summary>
    public TimeSpan ShardLease { get; init; }

    /// <summary>For how long nobody may serve a shard in the calm: a lease, a take and a load, and something to spare.</summary>
    public TimeSpan ServedWithin { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How much longer than its retention a document may stay once all is calm.</summary>
    public TimeSpan SweepWithin { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>Documents that crashes may leave behind for good.</summary>
    public int LeftoversMax { get; init; } = 16;

    /// <summary>Steps that a lane may take in a simulated second, on average over ten, while anybody asks something.</summary>
    public int StepsASecondMax { get; init; } = 20_000;

    /// <summary>The same while nobody asks anything.</summary>
    public int IdleStepsASecondMax { get; init; } = 2_000;

    /// <summary>Requests a second to a shard whose store fails, on average over ten.</summary>
    public int FailingRequestsASecondMax { get; init; } = 50;
}
