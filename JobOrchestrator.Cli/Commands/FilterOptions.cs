using System.CommandLine;
using JobOrchestrator.Sdk;

namespace JobOrchestrator.Cli;

/// <summary>Which jobs: a query, and options for the terms that are typed most; all of it holds.</summary>
internal sealed class FilterOptions
{
    private static readonly string[] Statuses = ["new", "inProgress", "completed", "failed", "cancelled"];

    private readonly Argument<string[]> _query = QueryArgument.Make();
    private readonly Option<string?> _status = Building.Choice("--status", "Only this status.", Statuses);
    private readonly Option<string?> _queue = Building.Text("--queue", "Only this queue.", "queue");
    private readonly Option<string?> _type = Building.Text("--type", "Only this type.", "type");
    private readonly Option<string?> _owner = Building.Text("--owner", "Only this owner.", "owner");
    private readonly Option<string?> _after = Building.Text("--created-after", "Since an instant, or 2h for two hours ago.", "time");
    private readonly Option<string?> _before = Building.Text("--created-before", "Before an instant, or 2h for two hours ago.", "time");
    private readonly Option<bool> _oldest = Building.Switch("--oldest", "Oldest first.");
    private readonly Option<string?> _zone = Building.Text(
        "--tz", "The time zone of days in the query, such as Europe/Berlin; UTC by default.", "zone");

    public IReadOnlyList<Symbol> All => [_query, _status, _queue, _type, _owner, _after, _before, _oldest, _zone];

    /// <summary>What was typed.</summary>
    /// <exception cref="QueryFaultException">The query is none.</exception>
    /// <exception cref="UsageException">An instant is none.</exception>
    public JobFilter Of(ParseResult parsed, Session session) => new()
    {
        Query = QueryArgument.Of(parsed, _query),
        TimeZone = parsed.GetValue(_zone),
        Sort = parsed.GetValue(_oldest) ? "created" : null,
        Status = parsed.GetValue(_status) is { } status ? Enum.Parse<JobStatus>(status, ignoreCase: true) : null,
        Queue = parsed.GetValue(_queue),
        Type = parsed.GetValue(_type),
        Owner = parsed.GetValue(_owner),
        CreatedAfter = Instant(parsed.GetValue(_after), session),
        CreatedBefore = Instant(parsed.GetValue(_before), session),
    };

    private static DateTimeOffset? Instant(string? text, Session session) =>
        text is null ? null : Instants.Parse(text, session.Screen.Now);
}
