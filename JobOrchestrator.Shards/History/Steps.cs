namespace JobOrchestrator.Shards;

/// <summary>Puts a series' places together into the steps that were asked for.</summary>
/// <param name="ask">What was asked for.</param>
/// <param name="absent">The whiles in which the shard was not held here: nothing is known of them.</param>
/// <param name="now">The time.</param>
internal sealed class Steps(HistoryAsk ask, IReadOnlyList<(DateTimeOffset From, DateTimeOffset To)> absent, DateTimeOffset now)
{
    /// <summary>What happened in each step; null: it is ahead, or before anything was kept.</summary>
    public Cell?[] Read(Series series)
    {
        var steps = new Cell?[ask.Count];
        DateTimeOffset since = series.SinceOf(ask.Fineness, now);
        BacklogFigures full = series.Read(ask.Fineness, ask.From, now, (begin, cell) =>
        {
            int step = IndexOf(begin);
            if (step >= 0 && step < steps.Length)
            {
                (steps[step] ??= new Cell()).Add(cell);
            }
        });
        for (int step = 0; step < steps.Length; step++)
        {
            DateTimeOffset begin = ask.From.AddSeconds((double)step * ask.Step);
            DateTimeOffset end = begin.AddSeconds(ask.Step);
            if (begin > now || end <= since || absent.Any(span => span.From <= begin && end <= span.To))
            {
                steps[step] = null;
                continue;
            }

            // It goes on as full as it was until something is told.
            full.BeginAnew();
            Cell known = steps[step] ?? new Cell();
            full.Add(known.Backlog);
            full.GoOnTo((end < now ? end : now).ToUnixTimeMilliseconds());
            known.Backlog = full;
            steps[step] = known;
        }

        return steps;
    }

    private int IndexOf(DateTimeOffset at) => (int)Math.Floor((at - ask.From).TotalSeconds / ask.Step);
}
