using JobOrchestrator.Shards;

namespace JobOrchestrator.Features.Stats;

/// <summary>Finds out of what nothing is known, to the moment: a step may be known in part.</summary>
internal static class StatsGaps
{
    // What is shorter, as a quick restart under steps of an hour, changes no figure that anybody sees.
    private static readonly TimeSpan Least = TimeSpan.FromMinutes(1);

    /// <summary>The whiles of which one of the answers does not tell, in their order; none is ahead.</summary>
    /// <param name="ask">What was asked for.</param>
    /// <param name="known">Of each answer the whiles that it tells of, in their order.</param>
    /// <param name="now">The time.</param>
    public static IReadOnlyList<(DateTimeOffset From, DateTimeOffset To)> Of(
        HistoryAsk ask, IEnumerable<IReadOnlyList<(DateTimeOffset From, DateTimeOffset To)>> known, DateTimeOffset now)
    {
        DateTimeOffset end = ask.To < now ? ask.To : now;
        TimeSpan least = Least < TimeSpan.FromSeconds(ask.Step) ? Least : TimeSpan.FromSeconds(ask.Step);
        IEnumerable<(DateTimeOffset From, DateTimeOffset To)> unknown = known.SelectMany(spans => Between(ask.From, end, spans));
        var gaps = new List<(DateTimeOffset From, DateTimeOffset To)>();
        foreach ((DateTimeOffset from, DateTimeOffset to) in unknown.OrderBy(gap => gap.From))
        {
            if (gaps.Count > 0 && from <= gaps[^1].To)
            {
                gaps[^1] = (gaps[^1].From, to > gaps[^1].To ? to : gaps[^1].To);
            }
            else
            {
                gaps.Add((from, to));
            }
        }

        return [.. gaps.Where(gap => gap.To - gap.From >= least)];
    }

    private static IEnumerable<(DateTimeOffset From, DateTimeOffset To)> Between(
        DateTimeOffset from, DateTimeOffset end, IReadOnlyList<(DateTimeOffset From, DateTimeOffset To)> known)
    {
        foreach ((DateTimeOffset begin, DateTimeOffset to) in known)
        {
            if (begin > from && from < end)
            {
                yield return (from, begin < end ? begin : end);
            }

            from = to > from ? to : from;
        }

        if (from < end)
        {
            yield return (from, end);
        }
    }
}
