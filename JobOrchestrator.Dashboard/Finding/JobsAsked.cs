using System.Globalization;
using JobOrchestrator.Dashboard.Serving;
using JobOrchestrator.Sdk;
using JobOrchestrator.Search;

namespace JobOrchestrator.Dashboard.Finding;

/// <summary>
/// Which jobs a page lists, and how. All of it is in the page's address, so that whoever gets the address sees the same.
/// </summary>
/// <param name="Text">The query as it was written; empty: every job.</param>
/// <param name="Query">What it means; null: it is none.</param>
/// <param name="Errors">What is wrong with it, and where.</param>
/// <param name="OldestFirst">Rather than the newest first.</param>
/// <param name="Rows">Rows a page.</param>
/// <param name="Cursor">Where the page begins; null: it is the first.</param>
/// <param name="Columns">What is said of each.</param>
public sealed record JobsAsked(
    string Text,
    JobQuery? Query,
    IReadOnlyList<JobQueryError> Errors,
    bool OldestFirst,
    int Rows,
    string? Cursor,
    IReadOnlySet<string> Columns)
{
    private const int UsualRows = 50;
    private const string Oldest = "created";
    private const string NewestFirst = "-created";

    /// <summary>Longer the API need not look before a page is shown with what there is.</summary>
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(500);

    /// <summary>Rows that a page may have.</summary>
    public static IReadOnlyList<int> RowChoices { get; } = [25, UsualRows, 100, 200];

    /// <summary>What the address may say of the order, the rows and the columns.</summary>
    internal static IReadOnlyList<(string Name, IReadOnlyList<string> Choices)> Choices { get; } =
    [
        ("sort", [NewestFirst, Oldest]),
        ("limit", [.. RowChoices.Select(rows => rows.ToString(CultureInfo.InvariantCulture))]),
        (JobColumns.Member, JobColumns.Choices),
    ];

    /// <summary>As its address asks. What is none of the choices counts as not said.</summary>
    internal static JobsAsked Of(View view)
    {
        string text = (view.Query("q") ?? "").Trim();
        _ = JobQuery.TryParse(text, out JobQuery? query, out IReadOnlyList<JobQueryError> errors);
        _ = int.TryParse(view.Query("limit"), CultureInfo.InvariantCulture, out int rows);
        return new JobsAsked(
            text,
            query,
            errors,
            view.Query("sort") == Oldest,
            RowChoices.Contains(rows) ? rows : UsualRows,
            view.Query("cursor"),
            JobColumns.Of(view));
    }

    /// <summary>The query in the words of its grammar, one way to write each; as it was written where it is none.</summary>
    public string Written => Query?.ToString() ?? Text;

    /// <summary>The one queue whose jobs are asked for; null: there may be several.</summary>
    public string? OnlyQueue => Query?.Terms.OfType<QueryTerm.Text>().FirstOrDefault(term =>
        term is { Field: QueryTextField.Queue, IsNegated: false, Values: [{ Match: QueryMatch.Exact }] })?.Values[0].Value;

    /// <summary>The same jobs, asked of the API. Days are those of whoever looks.</summary>
    internal JobFilter Filter(View view) => new()
    {
        // Also where it is empty: then the caller's own sight is what bounds the list.
        Query = Written,
        TimeZone = ZoneOf(view),
        Sort = OldestFirst ? Oldest : null,
        Look = Look,
        PageSize = Rows,
    };

    /// <summary>The zone of days in the query; null: UTC.</summary>
    internal static string? ZoneOf(View view) => view.Zone.HasSameRules(TimeZoneInfo.Utc) ? null : view.Zone.Id;

    /// <summary>The first page of another query, shown in the same way.</summary>
    internal static string With(View view, string query) =>
        view.With(("q", query.Length == 0 ? null : query), ("cursor", null), ("trail", null));

    /// <summary>The first page of this query, shown in another way.</summary>
    internal static string Shown(View view, string name, string? value) => view.With((name, value), ("cursor", null), ("trail", null));
}
