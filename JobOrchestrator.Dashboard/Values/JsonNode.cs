namespace JobOrchestrator.Dashboard.Values;

/// <summary>What a value is, for its colour.</summary>
public enum JsonKind
{
    /// <summary>Members in braces.</summary>
    Members = 1,

    /// <summary>Entries in brackets.</summary>
    Entries = 2,

    /// <summary>A text, in its quotes.</summary>
    Text = 3,

    /// <summary>A number, digit by digit as it was written.</summary>
    Number = 4,

    /// <summary>true, false or null.</summary>
    Word = 5,

    /// <summary>A value that is hidden by its name.</summary>
    Hidden = 6,

    /// <summary>The rest of a tree that is too large to be shown.</summary>
    Rest = 7,
}

/// <summary>A value in a tree that is shown.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Name">Its member's name, as it was written between the quotes; null: an entry, or the whole.</param>
/// <param name="Text">What it says, as it was written; null: it has entries.</param>
/// <param name="Entries">What is in it.</param>
/// <param name="Count">How many entries it has, shown or not.</param>
public sealed record JsonNode(JsonKind Kind, string? Name, string? Text, IReadOnlyList<JsonNode> Entries, int Count);
