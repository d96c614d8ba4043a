namespace JobOrchestrator.Core;

/// <summary>What to do when an externalId or a unique key is taken.</summary>
public enum OnDuplicate
{
    /// <summary>Refuse.</summary>
    Reject = 1,

    /// <summary>Answer with the holder.</summary>
    Return = 2,

    /// <summary>Put the new submission in the place of the holder, if that still waits.</summary>
    Replace = 3,

    /// <summary>Put the new submission in the place of the holder, even while that runs: its worker's next report is refused.</summary>
    Supersede = 4,
}
