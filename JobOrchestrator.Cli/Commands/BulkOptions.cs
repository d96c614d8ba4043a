using System.CommandLine;
using JobOrchestrator.Sdk;

namespace JobOrchestrator.Cli;

/// <summary>Which jobs something is done to, and that it is wanted.</summary>
internal sealed class BulkOptions
{
    private readonly Argument<string[]> _jobs = new(QueryArgument.Name)
    {
        Description = "Which: a query such as status:failed queue:mail, or ids, or beginnings that one id has.",
        Arity = ArgumentArity.OneOrMore,
    };

    private readonly Option<bool> _yes = Confirm.Option();
    private readonly Option<int?> _expect = Building.Number(
        "--expect", "So many were counted: where over 5 % or over 20 more match, nothing is done.");

    private readonly Option<string?> _reason = Building.Text("--reason", "Why, for whoever looks at jobs actions. Of a query.");
    private readonly Option<string?> _zone = Building.Text(
        "--tz", "The time zone of days in the query, such as Europe/Berlin; UTC by default.", "zone");

    public BulkOptions() => Building.NotEmpty(_jobs, "An id");

    public IReadOnlyList<Symbol> All => [_jobs, _yes, _expect, _reason, _zone];

    /// <summary>The query that was typed; null: ids were. A query has a field in it, and no id has a colon.</summary>
    /// <exception cref="QueryFaultException">It is none.</exception>
    /// <exception cref="UsageException">Ids were typed, and what counts for a query alone.</exception>
    public string? QueryOf(ParseResult parsed)
    {
        if (IdsOf(parsed).Any(text => text.Contains(':', StringComparison.Ordinal)))
        {
            return QueryArgument.Of(parsed, _jobs);
        }

        Option[] ofQueries = [_expect, _reason, _zone];
        return ofQueries.FirstOrDefault(option => parsed.GetResult(option) is { Implicit: false }) is { } odd
            ? throw new UsageException($"{odd.Name} is for a query, such as status:failed queue:mail.")
            : null;
    }

    /// <summary>The ids that were typed.</summary>
    public string[] IdsOf(ParseResult parsed) => parsed.GetValue(_jobs)!;

    /// <summary>What is to be done.</summary>
    public JobBulk Of(ParseResult parsed, JobBulkKind kind, string query) => new()
    {
        Kind = kind,
        Query = query,
        Reason = parsed.GetValue(_reason),
        TimeZone = parsed.GetValue(_zone),
    };

    /// <summary>What was said in advance.</summary>
    public (bool Yes, int? Expect) AgreedOf(ParseResult parsed) => (parsed.GetValue(_yes), parsed.GetValue(_expect));
}
