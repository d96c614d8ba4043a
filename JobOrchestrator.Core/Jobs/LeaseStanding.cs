namespace JobOrchestrator.Core;

/// <summary>How a lease stands, for the worker who holds it or thinks that it does.</summary>
public enum LeaseStanding
{
    /// <summary>It goes on.</summary>
    Held = 1,

    /// <summary>It goes on, and its worker is asked to end: the job is to be cancelled.</summary>
    CancelRequested = 2,

    /// <summary>It was ended by a report of its own worker, who has nothing to hear of it.</summary>
    Reported = 3,

    /// <summary>It is over, or never was: what its worker still does is of no use.</summary>
    Over = 4,
}
