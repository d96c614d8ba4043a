namespace JobOrchestrator.Features.Stats;

/// <summary>What lines are told apart by.</summary>
internal enum StatsBy
{
    /// <summary>Nothing but what the metric itself tells apart.</summary>
    Nothing = 1,

    /// <summary>How jobs ended.</summary>
    Status = 2,

    /// <summary>How attempts ended.</summary>
    Outcome = 3,

    /// <summary>Their queues.</summary>
    Queue = 4,

    /// <summary>Their types.</summary>
    Type = 5,
}
