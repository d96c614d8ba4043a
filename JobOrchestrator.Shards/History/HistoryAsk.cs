namespace JobOrchestrator.Shards;

/// <summary>Whose history.</summary>
public enum HistoryBy
{
    /// <summary>That of all jobs.</summary>
    All = 1,

    /// <summary>Of each queue.</summary>
    Queue = 2,

    /// <summary>Of each type.</summary>
    Type = 3,

    /// <summary>Of each owner.</summary>
    Owner = 4,
}

/// <summary>What of the history.</summary>
/// <param name="From">From when on, at a step's begin.</param>
/// <param name="Count">How many steps.</param>
/// <param name="Step">How many seconds each is long.</param>
/// <param name="By">Whose.</param>
/// <param name="Names">Only of these; null: of all.</param>
/// <param name="NamesMax">Of so many at most, those with the most jobs submitted and started meanwhile.</param>
public sealed record HistoryAsk(
    DateTimeOffset From, int Count, int Step, HistoryBy By, IReadOnlySet<string>? Names = null, int NamesMax = int.MaxValue)
{
    /// <summary>Until when.</summary>
    public DateTimeOffset To => From.AddSeconds((double)Count * Step);

    /// <summary>By what places it is answered.</summary>
    public Fineness Fineness { get; } = Fineness.For(Step);
}

/// <summary>What one shard knows.</summary>
/// <param name="Since">From when on it knows anything of places so long.</param>
/// <param name="Parts">By name.</param>
public sealed record HistoryAnswer(DateTimeOffset Since, IReadOnlyList<HistoryPart> Parts)
{
    /// <summary>The whiles of which everything is known, in their order; one that goes on ends never.</summary>
    public IReadOnlyList<(DateTimeOffset From, DateTimeOffset To)> Known { get; init; } = [];
}

/// <summary>The history of one name.</summary>
/// <param name="Name">The queue, type or owner; empty: all others, or all.</param>
/// <param name="Steps">What happened in each step; null: nothing is known of it.</param>
public sealed record HistoryPart(string Name, IReadOnlyList<Cell?> Steps);
