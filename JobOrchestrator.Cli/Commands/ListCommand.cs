using System.CommandLine;
using JobOrchestrator.Sdk;

namespace JobOrchestrator.Cli;

/// <summary><c>jobs list</c> and <c>jobs export</c>: the jobs that a query finds.</summary>
internal static class ListCommand
{
    private const int LimitDefault = 50;
    private const int PageMax = 500;

    public static IEnumerable<Command> Build(Building build)
    {
        yield return BuildList(build);
        yield return BuildExport(build);
    }

    private static Command BuildList(Building build)
    {
        var filter = new FilterOptions();
        Option<int> limit = Building.Limit(LimitDefault);
        Option<string?> cursor = Building.Text("--cursor", "Go on where a list ended; it says so there.", "cursor");
        return build.Command(
            "list",
            "List jobs, newest first.",
            [.. filter.All, limit, cursor],
            async (session, parsed, stopping) =>
            {
                int most = Building.MostOf(parsed, limit);

                JobFilter wanted = filter.Of(parsed, session);
                (List<Job> jobs, string? next) = await ReadAsync(session, wanted, most, parsed.GetValue(cursor), stopping);
                session.Results.Write(jobs, JobShape.Jobs);
                if (next is not null)
                {
                    string of = wanted.Query is { } query && session.Results.Format == OutputFormat.Table
                        ? $" of {CountShape.Number(await session.Operations.CountAsync(query, stopping))}" : "";
                    session.Messages.Say($"{jobs.Count}{of}; to go on: {TypedLine.Of(parsed, cursor)} --cursor {next}");
                }
                else if (session.Results.Format == OutputFormat.Table)
                {
                    session.Messages.Say(jobs.Count == 0 ? "No job is so." : $"{jobs.Count} in all");
                }

                return ExitCode.Done;
            });
    }

    private static Command BuildExport(Building build)
    {
        var filter = new FilterOptions();
        var limit = new Option<int?>("--limit", "-n") { Description = "At most so many; all by default.", HelpName = "number" };
        return build.Command(
            "export",
            "Write all jobs, one JSON document a line, newest first.",
            [.. filter.All, limit],
            async (session, parsed, stopping) =>
            {
                int most = parsed.GetValue(limit) ?? int.MaxValue;
                if (most < 1)
                {
                    throw new UsageException("--limit is at least 1.");
                }

                int written = 0;
                JobFilter wanted = filter.Of(parsed, session) with { PageSize = Math.Min(most, PageMax) };
                await foreach (Job job in session.Jobs.ListAsync(wanted, stopping))
                {
                    session.Results.Line(CliJson.Text(job));
                    if (++written == most)
                    {
                        break;
                    }
                }

                session.Messages.Say($"{Screen.Number(written)} {(written == 1 ? "job" : "jobs")}");
                return ExitCode.Done;
            });
    }

    /// <summary>
    /// Jobs until there are so many or the list ends, and the cursor behind them if it does not. A page that the orchestrator's time did
    /// not fill is no end.
    /// </summary>
    private static async Task<(List<Job> Jobs, string? Next)> ReadAsync(
        Session session, JobFilter filter, int most, string? cursor, CancellationToken stopping)
    {
        List<Job> jobs = [];
        do
        {
            JobPage page = await session.Operations.ListPageAsync(filter, Math.Min(most - jobs.Count, PageMax), cursor, stopping);
            jobs.AddRange(page.Jobs);
            cursor = page.Next;
            if (page.LookedBackTo is { } instant && cursor is not null && session.Around.IsErrorTerminal)
            {
                session.Messages.Say($"{jobs.Count} so far, looked back to {Instants.InWords(instant)}; it goes on, Ctrl+C ends it");
            }
        }
        while (cursor is not null && jobs.Count < most);
        return (jobs, await IsMoreAsync(session, filter, cursor, stopping) ? cursor : null);
    }

    /// <summary>Whether there is a job behind a page: the last one has a cursor too when it is full.</summary>
    private static async Task<bool> IsMoreAsync(Session session, JobFilter filter, string? cursor, CancellationToken stopping) =>
        cursor is not null
        && await session.Operations.ListPageAsync(filter, 1, cursor, stopping) is { Jobs.Count: > 0 } or { Next: not null };
}
