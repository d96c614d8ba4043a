namespace JobOrchestrator.Sdk;

/// <summary>How a term of a query may go on.</summary>
public sealed record JobSuggestions
{
    /// <summary>Where the term begins that a suggestion stands for, in UTF-16 code units from 0.</summary>
    public int At { get; init; }

    /// <summary>How long it is.</summary>
    public int Length { get; init; }

    /// <summary>At most ten, the most used first.</summary>
    public IReadOnlyList<JobSuggestion> Suggestions { get; init; } = [];
}

/// <summary>One way to go on.</summary>
public sealed record JobSuggestion
{
    /// <summary>The whole term.</summary>
    public string Text { get; init; } = "";

    /// <summary><c>field</c>, <c>word</c> or <c>value</c>; there may be more.</summary>
    public string Kind { get; init; } = "";

    /// <summary>How many of the newest live jobs it would choose, of 2,000 at most; null: they were not counted.</summary>
    public int? Count { get; init; }
}
