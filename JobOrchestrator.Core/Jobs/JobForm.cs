namespace JobOrchestrator.Core;

/// <summary>How much of a job is stored when time changes it: less, where the store takes no more.</summary>
public enum JobForm
{
    /// <summary>All.</summary>
    Whole = 1,

    /// <summary>Without its earlier attempts, its progress and what its last error told in detail.</summary>
    Small = 2,

    /// <summary>Without its state as well: the next attempt begins anew.</summary>
    Smallest = 3,
}
