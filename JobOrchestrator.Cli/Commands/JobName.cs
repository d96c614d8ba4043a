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

        string end = isBeginning && halves is [_, var half] ? half : "";
        List<string> ids = isBeginning ? await IdsAsync(session, typed, $"id:{halves[0]}*", end, stopping) : [];
        if (ids.Count == 0 && byWord)
        {
            ids = await IdsAsync(session, typed, Quoted(typed), "", stopping);
        }

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
    /// Ids of jobs that a query finds, as far as they end so, newest first. Once the orchestrator's time is over it is not looked further:
    /// one that was found by then is the newest of that name.
    /// </summary>
    private static async Task<List<string>> IdsAsync(Session session, string typed, string query, string end, CancellationToken stopping)
    {
        var filter = new JobFilter { Query = query };
        List<string> ids = [];
        int seen = 0;
        string? cursor = null;
        bool isOver;
        do
        {
            JobPage page = await session.Operations.ListPageAsync(filter, PageSize, cursor, stopping);
            cursor = page.Next;
            isOver = page.LookedBackTo is not null;
            seen += page.Jobs.Count;
            ids.AddRange(page.Jobs.Select(job => job.Id).Where(id => id.EndsWith(end, StringComparison.OrdinalIgnoreCase)));
            if (page.LookedBackTo is { } instant && ids.Count == 0)
            {
                throw new UnknownJobException(
                    typed, $"No job back to {Instants.InWords(instant)} is known by \"{typed}\". A query looks further: jobs list.");
            }

            if (seen > LookedAtMax)
            {
                return ids.Count > 0 ? ids : throw new UsageException($"Too many jobs are known by \"{typed}\": give more of the id.");
            }
        }
        while (cursor is not null && ids.Count <= ShownMax && !isOver);
        return ids;
    }
}
