namespace JobOrchestrator.Simulation;

/// <summary>What befalls one call to the store.</summary>
internal enum CallFaultKind
{
    /// <summary>Its process dies as it sends it, and it is never carried out.</summary>
    KillBefore = 1,

    /// <summary>It is carried out, and its process dies with the answer in its hands.</summary>
    KillAfter = 2,

    /// <summary>It is carried out, and the connection breaks before the answer.</summary>
    LostAnswer = 3,

    /// <summary>It is carried out when nobody waits for it any more, and never answered.</summary>
    LateWrite = 4,

    /// <summary>Its process stands still for longer than a shard's lease.</summary>
    Freeze = 5,
}

/// <summary>A fault at one call of the replicas to the store, and no other.</summary>
/// <param name="Call">The number of the call, from 1, in the order in which they are sent.</param>
/// <param name="Kind">What befalls it.</param>
internal sealed record CallFault(int Call, CallFaultKind Kind);
