namespace JobOrchestrator.Simulation;

/// <summary>Small scripts of several faults, placed at random: what single faults meet together too seldom.</summary>
internal enum Nemesis
{
    /// <summary>Whoever takes a shard waits 8 s for the answer, and 8 s for the next one.</summary>
    SlowTake = 1,

    /// <summary>A replica stops between its take and its first commit, for longer than its lease.</summary>
    FreezeAfterTake = 2,

    /// <summary>A replica dies in each of its next commits.</summary>
    KillInCommits = 3,

    /// <summary>A replica's write stays on the way for longer than its lease, and the replica dies.</summary>
    LateWriteOfTheDead = 4,

    /// <summary>The store is away for longer than any lease.</summary>
    AwayLong = 5,

    /// <summary>A wall clock leaps ahead, and back again later.</summary>
    WallLeap = 6,

    /// <summary>All replicas begin again, one after the other.</summary>
    RollingRestart = 7,

    /// <summary>All replicas begin at the same time.</summary>
    BothAtOnce = 8,

    /// <summary>A replica's reads of many documents take longer than its lease.</summary>
    SlowLoad = 9,
}
