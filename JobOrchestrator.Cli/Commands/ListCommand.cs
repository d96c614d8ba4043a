using System.CommandLine;
using JobOrchestrator.Sdk;

namespace JobOrchestrator.Cli;

/// <summary><c>jobs list</c> and <c>jobs export</c>: jobs newest first.</summary>
internal static class ListCommand
{
    private const int LimitDefault = 50;
    private const int PageMax = 500;
    private static readonly string[] Statuses = ["new", "inProgress", "completed", "failed", "cancelled"];

    public static IEnumerable<Command> Build(Building build)
    {
        var filter = new FilterOptions();
        var limit = new Option<int>("--limit", "-n")
        {
            Description = $"At most so many; {LimitDefault} by default.",
            HelpName = "number",
            DefaultValueFactory = static _ => LimitDefault,
        };
        yield return build.Command(
            "list",
            "List jobs, newest first.",
            [.. filter.All, limit],
            async (session, parsed, stopping) =>
            {
                int most = parsed.GetValue(limit);
                if (most < 1)
                {
                    throw new UsageException("--limit is at least 1.");
                }

                List<Job> jobs = [];
                bool isMore = false;
                await foreach (Job job in session.Jobs.ListAsync(
                    filter.Of(parsed, session) with { PageSize = Math.Min(most + 1, PageMax) }, stopping))
                {
                    if (jobs.Count == most)
                    {
                        isMore = true;
                        break;
                    }

                    jobs.Add(job);
                }

                session.Results.Write(jobs, JobShape.Jobs);
                if (session.Results.Format == OutputFormat.Table)
                {
                    session.Messages.Say(
                        jobs.Count == 0 ? "No job is so." : isMore ? $"{jobs.Count} newest; more with -n" : $"{jobs.Count} in all");
                }

                return ExitCode.Done;
            });
        yield return BuildExport(build);
    }

    private static Command BuildExport(Building build)
    {
        var filter = new FilterOptions();
        return build.Command(
            "export",
            "Write all jobs, one JSON document a line, newest first.",
            filter.All,
            async (session, parsed, stopping) =>
            {
                long written = 0;
                await foreach (Job job in session.Jobs.ListAsync(filter.Of(parsed, session) with { PageSize = PageMax }, stopping))
                {
                    session.Results.Line(CliJson.Text(job));
                    written++;
                }

                session.Messages.Say($"{Screen.Number(written)} jobs");
                return ExitCode.Done;
            });
    }

    /// <summary>Which jobs.</summary>
    private sealed class FilterOptions
    {
        private readonly Option<string?> _status = Building.Text("--status", "Only this status.", string.Join('|', Statuses));
        private readonly Option<string?> _queue = Building.Text("--queue", "Only this queue.", "queue");
        private readonly Option<string?> _type = Building.Text("--type", "Only this type.", "type");
        private readonly Option<string?> _owner = Building.Text("--owner", "Only this owner.", "owner");
        private readonly Option<string?> _after = Building.Text("--created-after", "Since an instant, or 2h for two hours ago.", "time");
        private readonly Option<string?> _before = Building.Text(
            "--created-before", "Before an instant, or 2h for two hours ago.", "time");

        public FilterOptions() => _status.AcceptOnlyFromAmong(StringComparer.OrdinalIgnoreCase, Statuses);

        public IReadOnlyList<Symbol> All => [_status, _queue, _type, _owner, _after, _before];

        public JobFilter Of(ParseResult parsed, Session session) => new()
        {
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
}
