namespace JobOrchestrator.Sdk;

/// <summary>How an orchestrator is.</summary>
public sealed record JobHealth
{
    /// <summary>
    /// <c>ready</c>: jobs are taken; <c>degraded</c>: they are, and a person should look at the reasons; <c>not ready</c>: they are not.
    /// </summary>
    public required string Status { get; init; }

    /// <summary>How many shards its store has; null: not known yet.</summary>
    public int? Shards { get; init; }

    /// <summary>What its store was found to do with a refused transaction; null: not known yet.</summary>
    public string? Transactions { get; init; }

    /// <summary>Why jobs are not taken, and what a person should look at.</summary>
    public IReadOnlyList<string> Reasons { get => field ?? []; init; }

    /// <summary>The time by its clock when it answered, in whole seconds (UTC); null: it did not say.</summary>
    public DateTimeOffset? ServerTime { get; init; }

    /// <summary>How long the answer took.</summary>
    public TimeSpan Took { get; init; }
}
