namespace JobOrchestrator.Sdk;

/// <summary>How many jobs a query finds.</summary>
public sealed record JobCount
{
    /// <summary>How many; where <see cref="Exact"/> is false, at least so many.</summary>
    public int Count { get; init; }

    /// <summary>False: counting stopped, at 10,000 or after 0.3 s.</summary>
    public bool Exact { get; init; }

    /// <summary>When they were counted.</summary>
    public DateTimeOffset AsOf { get; init; }

    /// <summary>How many of those that were counted are in each phase, such as <c>Failed</c>; phases without a job are left out.</summary>
    public IReadOnlyDictionary<string, int> ByPhase { get; init; } = new Dictionary<string, int>();

    /// <summary>When the oldest was created that was counted; null: none was.</summary>
    public DateTimeOffset? Oldest { get; init; }

    /// <summary>When the newest was created that was counted; null: none was.</summary>
    public DateTimeOffset? Newest { get; init; }
}
