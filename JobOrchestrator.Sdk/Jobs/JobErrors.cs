using JobOrchestrator.Search;

namespace JobOrchestrator.Sdk;

/// <summary>What jobs failed of, in groups of alike errors.</summary>
/// <param name="Errors">The groups, those that most jobs failed of first; at most 100.</param>
/// <param name="Other">
/// How many jobs failed of something else, for which there was no group left; null: that is known of all queues and types alone.
/// </param>
/// <param name="From">When the first step of each <see cref="JobErrorGroup.Spark"/> begins (UTC).</param>
/// <param name="Step">Seconds of a step.</param>
/// <param name="Since">From when on failures are counted (UTC).</param>
/// <param name="AsOf">When this was so (UTC).</param>
/// <param name="Missing">Shards that nobody holds at the moment: what they know is left out.</param>
public sealed record JobErrors(
    IReadOnlyList<JobErrorGroup> Errors,
    long? Other,
    DateTimeOffset From,
    int Step,
    DateTimeOffset Since,
    DateTimeOffset AsOf,
    IReadOnlyList<int> Missing);

/// <summary>Jobs that ended as Failed of errors that are alike.</summary>
public sealed record JobErrorGroup
{
    /// <summary>A shorter piece of an error's text is in too many others.</summary>
    private const int PieceMin = 3;

    /// <summary>The same for the same text, type, queue and kind of error.</summary>
    public required string Id { get; init; }

    /// <summary>The error's title, with digits, ids and quoted parts as <c>#</c>; at most 200 characters.</summary>
    public required string Text { get; init; }

    /// <summary>The jobs' type.</summary>
    public required string Type { get; init; }

    /// <summary>The jobs' queue.</summary>
    public required string Queue { get; init; }

    /// <summary>The kind of error, as a URI reference; <c>about:blank</c> where the worker named none.</summary>
    public required string ErrorType { get; init; }

    /// <summary>How many jobs certainly failed of it in the window.</summary>
    public long Count { get; init; }

    /// <summary>
    /// There may have been more: the group came within the window, in the place of another one, and what failed of it before then is in
    /// <see cref="JobErrors.Other"/>.
    /// </summary>
    public bool CountIsLowerBound { get; init; }

    /// <summary>When the first one failed of it, as far as is known (UTC); it may be before the window.</summary>
    public DateTimeOffset FirstAt { get; init; }

    /// <summary>When the last one did (UTC).</summary>
    public DateTimeOffset LastAt { get; init; }

    /// <summary>A job that failed of it, the last one.</summary>
    public required string Example { get; init; }

    /// <summary>How many failed of it in each step of the window.</summary>
    public required IReadOnlyList<long> Spark { get; init; }

    /// <summary>
    /// The query that finds those of its jobs that nobody has run again, such as
    /// <c>status:failed queue:mail type:send error:~"SMTP" -retriedas:*</c>: their error has the longest piece of the text in it that is
    /// the same in all. Others may have that too; count before you act.
    /// </summary>
    public string Query
    {
        get
        {
            // A long text is cut where the errors' titles go on.
            string piece = Text.TrimEnd('…').Split('#', StringSplitOptions.TrimEntries).MaxBy(part => part.Length) ?? "";
            QueryTerm[] terms =
            [
                new QueryTerm.Text(QueryTextField.Queue, new([new QueryText(Queue)])),
                new QueryTerm.Text(QueryTextField.Type, new([new QueryText(Type)])),
                .. piece.Length < PieceMin ? Array.Empty<QueryTerm>()
                    : [new QueryTerm.Text(QueryTextField.Error, new([new QueryText(piece, QueryMatch.Contains)]))],
                new QueryTerm.Text(QueryTextField.RetriedAs, new([QueryText.Any]), IsNegated: true),
            ];
            return $"status:failed {string.Join(' ', terms.Select(term => term.ToString()))}";
        }
    }
}
