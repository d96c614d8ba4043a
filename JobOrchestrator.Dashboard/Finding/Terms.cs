using JobOrchestrator.Search;

namespace JobOrchestrator.Dashboard.Finding;

/// <summary>Terms of queries as links carry them, whatever a name is made of.</summary>
internal static class Terms
{
    /// <summary>Jobs that failed for good.</summary>
    public const string Failed = "status:failed";

    /// <summary>Those of them that nobody has run again.</summary>
    public const string NotRunAgain = $"{Failed} -retriedas:*";

    /// <summary>One of a job's texts is this.</summary>
    public static string Of(QueryTextField field, string value) => new QueryTerm.Text(field, Only(value)).ToString();

    /// <summary>A label has this value.</summary>
    public static string OfLabel(string key, string value) => new QueryTerm.Label(key, Only(value)).ToString();

    /// <summary>Jobs of a queue, and what else is to hold of them.</summary>
    /// <param name="queue">The queue.</param>
    /// <param name="rest">Further terms, as written.</param>
    public static string InQueue(string queue, string rest = "") => $"{Of(QueryTextField.Queue, queue)} {rest}".TrimEnd();

    private static QueryValues<QueryText> Only(string value) => new([new QueryText(value)]);
}
