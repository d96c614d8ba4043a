using JobOrchestrator.Sdk;

namespace JobOrchestrator.Cli;

/// <summary>
/// A job by whatever one has of it: its id, the id's beginning, the beginning and the end as lists show them, or what its caller knows it
/// by. What changes a job takes ids alone: a word that fits another job by chance is soon typed.
/// </summary>
internal static class JobName
{
    /// <summary>From so many characters on a text may be the beginning of an id, which is its time to about a minute.</summary>
    private const int BeginningMin = 8;

    // Two halves that stand for so many jobs are no name; more than a list of them helps nobody.
    private const int LookedAtMax = 2_000;
    private const int PageSize = 500;
    private const int ShownMax = 5;

    private static readonly string[] Dots = ["…", "..."];

    /// <summary>The id of the one job that is meant.</summary>
    /// <param name="session">The command.</param>
    /// <param name="typed">What was typed.</param>
    /// <param name="byWord">Also by an externalId or a key.</param>
    /// <param name="stopping">Stops the looking.</param>
    /// <returns>The id; what was typed when it is one, or can be none.</returns>
    /// <exception cref="UnknownJobException">There is none.</exception>
    /// <exception cref="UsageException">There are several.</exception>
    public static async Task<string> FindAsync(Session session, string typed, bool byWord, CancellationToken stopping)
    {
        if (Guid.TryParse(typed, out _))
        {
            return typed;
        }

        string[] halves = typed.Split(Dots, 2, StringSplitOptions.None);
        bool isBeginning = halves[0].Length >= BeginningMin && halves.All(IsOfAnId);
        if (!isBeginning && !byWord)
        {
            return typed;
        }

        string query = isBeginning ? halves[0] : Quoted(typed);
        string end = halves is [_, var half] && isBeginning ? half : "";
        List<string> ids = await IdsAsync(session, typed, query, new Sought(isBeginning ? halves[0] : "", end, byWord), stopping);
        return ids.Count switch
        {
            0 => throw new UnknownJobException(typed),
            1 => ids[0],
            _ => throw new UsageException(
                $"Several jobs are known by \"{typed}\": {string.Join(", ", ids.Take(ShownMax))}"
                + $"{(ids.Count > ShownMax ? ", …" : "")}. Give more of the id; jobs list shows them."),
        };
    }

    private static bool IsOfAnId(string text) => text.All(one => char.IsAsciiHexDigit(one) || one == '-');

    /// <summary>As a word of a query, whatever stands in it.</summary>
    private static string Quoted(string text) =>
        $"\"{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";

    /// <summary>
    /// Ids of jobs that a word finds, newest first: those that begin so, which come before all others, else those that it finds otherwise.
    /// Once the orchestrator's time is over it is not looked further: one that was found by then is the newest of that name.
    /// </summary>
    private static async Task<List<string>> IdsAsync(
        Session session, string typed, string query, Sought sought, CancellationToken stopping)
    {
        var filter = new JobFilter { Query = query };
        List<string> begun = [], ids = [];
        int seen = 0;
        string? cursor = null;
        bool isOver;
        do
        {
            JobPage page = await session.Operations.ListPageAsync(filter, PageSize, cursor, stopping);
            cursor = page.Next;
            isOver = page.LookedBackTo is not null;
            seen += page.Jobs.Count;
            foreach (string id in page.Jobs.Select(job => job.Id).Where(id => id.EndsWith(sought.End, StringComparison.OrdinalIgnoreCase)))
            {
                bool isBegun = sought.Beginning.Length > 0 && id.StartsWith(sought.Beginning, StringComparison.OrdinalIgnoreCase);
                (isBegun ? begun : ids).Add(id);
            }

            if (begun.Count > 0 && (page.Jobs.Count < PageSize || begun.Count > ShownMax))
            {
                // All that begin so: those that have it as a word follow.
                return begun;
            }

            if (!sought.ByWord)
            {
                ids.Clear();
            }

            if (page.LookedBackTo is { } instant && begun.Count + ids.Count == 0)
            {
                throw new UnknownJobException(
                    typed, $"No job back to {Instants.InWords(instant)} is known by \"{typed}\". A query looks further: jobs list.");
            }

            if (seen > LookedAtMax)
            {
                return begun.Count > 0 ? begun
                    : ids.Count > 0 ? ids
                    : throw new UsageException($"Too many jobs begin with {query}: give more of the id.");
            }
        }
        while (cursor is not null && ids.Count <= ShownMax && !isOver);
        return begun.Count > 0 ? begun : ids;
    }

    /// <summary>What is looked for.</summary>
    /// <param name="Beginning">How the id begins; empty: it is no beginning of one.</param>
    /// <param name="End">How it ends.</param>
    /// <param name="ByWord">Also by what its caller knows it by.</param>
    private sealed record Sought(string Beginning, string End, bool ByWord);
}
