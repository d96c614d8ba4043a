using JobOrchestrator.Shards;

namespace JobOrchestrator.Features.Stats;

/// <summary>One line of an answer.</summary>
/// <param name="Metric">Its metric.</param>
/// <param name="Labels">What it is told apart by.</param>
/// <param name="Values">By steps; null: nothing is known of it.</param>
/// <param name="IsRest">It is of all names together that have no line of their own, not of the one that its label names.</param>
internal sealed record StatsSeries(
    StatsMetric Metric, IReadOnlyList<KeyValuePair<string, string>> Labels, IReadOnlyList<double?> Values, bool IsRest);

/// <summary>What is answered.</summary>
/// <param name="Since">From when on anything is known.</param>
/// <param name="Series">The lines.</param>
/// <param name="Missing">Shards that nobody holds at the moment: sums leave them out.</param>
internal sealed record StatsAnswer(DateTimeOffset Since, IReadOnlyList<StatsSeries> Series, IReadOnlyList<int> Missing)
{
    /// <summary>The whiles of which some shard does not know what happened, in their order. None is ahead.</summary>
    public IReadOnlyList<(DateTimeOffset From, DateTimeOffset To)> Gaps { get; private init; } = [];

    // A queue may be called so too: IsRest tells them apart.
    private const string Rest = "other";

    /// <summary>Puts together what the shards know.</summary>
    /// <param name="query">What was asked for.</param>
    /// <param name="answers">By the shards' numbers; null: nobody holds it.</param>
    /// <param name="now">The time.</param>
    public static StatsAnswer Of(StatsQuery query, IReadOnlyList<HistoryAnswer?> answers, DateTimeOffset now)
    {
        List<HistoryAnswer> known = [.. answers.OfType<HistoryAnswer>()];
        int[] missing = [.. Enumerable.Range(0, answers.Count).Where(shard => answers[shard] is null)];
        DateTimeOffset since = known.Count > 0 ? known.Max(answer => answer.Since) : now;
        bool isByName = query.By is StatsBy.Queue or StatsBy.Type;
        string label = query.By == StatsBy.Queue ? "queue" : "type";
        IEnumerable<(string Name, Cell?[] Steps)> sums = isByName
            ? known.SelectMany(answer => answer.Parts).GroupBy(part => part.Name, StringComparer.Ordinal)
                .Select(parts => (parts.Key, StatsSum.Of(parts, query.Ask.Count)))
                .OrderByDescending(named => named.Item2.Sum(cell => cell?.Jobs ?? 0))
                .ThenBy(named => named.Key, StringComparer.Ordinal)
                .Take(query.Ask.NamesMax)
            : [("", StatsSum.Of(known.SelectMany(answer => answer.Parts), query.Ask.Count))];
        var series = new List<StatsSeries>();
        foreach ((string name, Cell?[] steps) in sums)
        {
            bool isRest = isByName && name.Length == 0;
            foreach (StatsMetric metric in query.Metrics)
            {
                foreach (StatsLine line in metric.Lines(query.By))
                {
                    series.Add(new StatsSeries(
                        metric,
                        isByName ? [new(label, isRest ? Rest : name), .. line.Labels] : line.Labels,
                        [.. steps.Select(cell => cell is null ? null : line.Of(cell))],
                        isRest));
                }
            }
        }

        return new StatsAnswer(since, series, missing) { Gaps = StatsGaps.Of(query.Ask, known.Select(answer => answer.Known), now) };
    }
}
