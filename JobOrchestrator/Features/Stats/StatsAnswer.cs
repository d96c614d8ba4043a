using JobOrchestrator.Shards;

namespace JobOrchestrator.Features.Stats;

/// <summary>One line of an answer.</summary>
/// <param name="Metric">Its metric.</param>
/// <param name="Labels">What it is told apart by.</param>
/// <param name="Values">By steps; null: nothing is known of it.</param>
internal sealed record StatsSeries(StatsMetric Metric, IReadOnlyList<KeyValuePair<string, string>> Labels, IReadOnlyList<double?> Values);

/// <summary>What is answered.</summary>
/// <param name="Since">From when on anything is known.</param>
/// <param name="Series">The lines.</param>
/// <param name="Missing">Shards that nobody holds at the moment: sums leave them out.</param>
internal sealed record StatsAnswer(DateTimeOffset Since, IReadOnlyList<StatsSeries> Series, IReadOnlyList<int> Missing)
{
    /// <summary>Steps of which no shard knows anything: the first, and how many follow each other. None is ahead.</summary>
    public IReadOnlyList<(int First, int Count)> Gaps { get; private init; } = [];

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
                .OrderByDescending(named => named.Item2.Sum(Weight))
                .ThenBy(named => named.Key, StringComparer.Ordinal)
                .Take(query.Ask.NamesMax)
            : [("", StatsSum.Of(known.SelectMany(answer => answer.Parts), query.Ask.Count))];
        var series = new List<StatsSeries>();
        foreach ((string name, Cell?[] steps) in sums)
        {
            foreach (StatsMetric metric in query.Metrics)
            {
                foreach (StatsLine line in metric.Lines(query.By))
                {
                    series.Add(new StatsSeries(
                        metric,
                        isByName ? [new(label, name.Length > 0 ? name : "other"), .. line.Labels] : line.Labels,
                        [.. steps.Select(cell => cell is null ? null : line.Of(cell))]));
                }
            }
        }

        return new StatsAnswer(since, series, missing) { Gaps = GapsOf(query.Ask, known, now) };
    }

    private static List<(int First, int Count)> GapsOf(HistoryAsk ask, List<HistoryAnswer> answers, DateTimeOffset now)
    {
        var gaps = new List<(int First, int Count)>();
        for (int step = 0; step < ask.Count && ask.From.AddSeconds((double)step * ask.Step) <= now; step++)
        {
            if (answers.Exists(answer => answer.Known[step]))
            {
                continue;
            }

            if (gaps.Count > 0 && gaps[^1].First + gaps[^1].Count == step)
            {
                gaps[^1] = (gaps[^1].First, gaps[^1].Count + 1);
            }
            else
            {
                gaps.Add((step, 1));
            }
        }

        return gaps;
    }

    private static long Weight(Cell? cell) => cell is null ? 0 : (long)cell.Counts[Columns.Submitted] + cell.Counts[Columns.Started];
}
