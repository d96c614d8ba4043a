namespace JobOrchestrator.Search;

/// <summary>How a text is compared. Letters count as they are but for <see cref="Contains"/>.</summary>
public enum QueryMatch
{
    /// <summary>It is this text.</summary>
    Exact = 1,

    /// <summary>It begins with this text: <c>mail*</c>.</summary>
    Beginning = 2,

    /// <summary>There is one at all: <c>*</c>.</summary>
    Present = 3,

    /// <summary>It has this text in it, in any case of letters: <c>~timeout</c>. Of <see cref="QueryTextField.Error"/> only.</summary>
    Contains = 4,
}

/// <summary>A text to compare with.</summary>
/// <param name="Value">The text; empty for <see cref="QueryMatch.Present"/>.</param>
/// <param name="Match">How.</param>
public sealed record QueryText(string Value, QueryMatch Match = QueryMatch.Exact)
{
    /// <summary>There is one at all.</summary>
    public static QueryText Any { get; } = new("", QueryMatch.Present);

    /// <summary>Whether a text is as this says.</summary>
    /// <param name="text">The text; null: there is none.</param>
    public bool Fits(string? text) => text is not null && Match switch
    {
        QueryMatch.Exact => text == Value,
        QueryMatch.Beginning => text.StartsWith(Value, StringComparison.Ordinal),
        QueryMatch.Present => true,
        QueryMatch.Contains => text.Contains(Value, StringComparison.OrdinalIgnoreCase),
    };
}
