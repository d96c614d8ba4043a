using JobOrchestrator.Shards;

namespace JobOrchestrator.Features.Stats;

/// <summary>
/// Adds histories up: counts, how full it is, and the buckets of durations; never percentiles. A step is known if any part knows it.
/// </summary>
internal static class StatsSum
{
    public static Cell?[] Of(IEnumerable<HistoryPart> parts, int count)
    {
        var sum = new Cell?[count];
        foreach (HistoryPart part in parts)
        {
            for (int step = 0; step < count; step++)
            {
                if (part.Steps[step] is { } cell)
                {
                    Cell into = sum[step] ??= new Cell();
                    Cell.Add(into.Counts, cell.Counts);
                    into.Backlog = Beside(into.Backlog, cell.Backlog);
                }
            }
        }

        return sum;
    }

    /// <summary>
    /// Both at one time. The highest of the sum is at most the sum of the highest, which is what is told; the oldest of both is the older.
    /// </summary>
    private static BacklogFigures Beside(in BacklogFigures one, in BacklogFigures other)
    {
        if (!one.IsKnown || !other.IsKnown)
        {
            return one.IsKnown ? one : other;
        }

        return new BacklogFigures
        {
            IsKnown = true,
            Ready = one.Ready + other.Ready,
            ReadyMax = one.ReadyMax + other.ReadyMax,
            Scheduled = one.Scheduled + other.Scheduled,
            Running = one.Running + other.Running,
            Since = one.Since == 0 ? other.Since : other.Since == 0 ? one.Since : Math.Min(one.Since, other.Since),
            Oldest = Math.Max(one.Oldest, other.Oldest),
        };
    }
}
