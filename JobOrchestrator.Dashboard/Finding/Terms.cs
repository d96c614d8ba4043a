using JobOrchestrator.Search;

namespace JobOrchestrator.Dashboard.Finding;

/// <summary>Terms of queries as links carry them, whatever a name is made of.</summary>
internal static class Terms
{
    /// <summary>A shorter piece of an error's text is in too many others.</summary>
    private const int PieceMin = 3;

    /// <summary>One of a job's texts is this.</summary>
    public static string Of(QueryTextField field, string value) => new QueryTerm.Text(field, Only(value)).ToString();

    /// <summary>A label has this value.</summary>
    public static string OfLabel(string key, string value) => new QueryTerm.Label(key, Only(value)).ToString();

    /// <summary>Jobs of a queue, and what else is to hold of them.</summary>
    /// <param name="queue">The queue.</param>
    /// <param name="rest">Further terms, as written.</param>
    public static string InQueue(string queue, string rest = "") => $"{Of(QueryTextField.Queue, queue)} {rest}".TrimEnd();

    /// <summary>
    /// Failed jobs of a queue and a type whose error is like this text. What is the same in all of them is what stands between its
    /// <c>#</c>: the longest piece of that is looked for.
    /// </summary>
    public static string OfErrors(string queue, string type, string text)
    {
        string piece = text.Split('#', StringSplitOptions.TrimEntries).MaxBy(part => part.Length) ?? "";
        string error = piece.Length < PieceMin ? ""
            : $" {new QueryTerm.Text(QueryTextField.Error, new([new QueryText(piece, QueryMatch.Contains)]))}";
        return $"status:failed {Of(QueryTextField.Queue, queue)} {Of(QueryTextField.Type, type)}{error}";
    }

    private static QueryValues<QueryText> Only(string value) => new([new QueryText(value)]);
}
