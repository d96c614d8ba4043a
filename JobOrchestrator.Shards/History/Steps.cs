namespace JobOrchestrator.Shards;

/// <summary>Puts what happened together into the steps that were asked for.</summary>
/// <param name="ask">What was asked for.</param>
/// <param name="now">The time.</param>
internal sealed class Steps(HistoryAsk ask, DateTimeOffset now)
{
    /// <summary>What happened in each step; null: it is ahead, or nothing of it was kept.</summary>
    /// <param name="known">The whiles that are told of.</param>
    /// <param name="tellAll">
    /// Tells, in their order, of when each cell begins and of the cell, which is not kept; returns how full it was right before.
    /// </param>
    public Cell?[] Read(
        IReadOnlyList<(DateTimeOffset From, DateTimeOffset To)> known, Func<Action<DateTimeOffset, Cell>, BacklogFigures> tellAll)
    {
        var steps = new Cell?[ask.Count];
        BacklogFigures full = tellAll((begin, cell) =>
        {
            int step = IndexOf(begin);
            if (step >= 0 && step < steps.Length)
            {
                (steps[step] ??= new Cell()).Add(cell);
            }
        });
        for (int step = 0; step < steps.Length; step++)
        {
            if (!IsKnown(step, known))
            {
                (steps[step], full) = (null, default);
                continue;
            }

            // It goes on as full as it was until something is told.
            full.BeginAnew();
            Cell told = steps[step] ?? new Cell();
            full.Add(told.Backlog);
            full.GoOnTo((EndOf(step) < now ? EndOf(step) : now).ToUnixTimeMilliseconds());
            told.Backlog = full;
            steps[step] = told;
        }

        return steps;
    }

    /// <summary>Whether something was kept of a part of the step at least; false for one that is ahead.</summary>
    private bool IsKnown(int step, IReadOnlyList<(DateTimeOffset From, DateTimeOffset To)> known) =>
        BeginOf(step) <= now && known.Any(span => span.From < EndOf(step) && BeginOf(step) < span.To);

    private DateTimeOffset BeginOf(int step) => ask.From.AddSeconds((double)step * ask.Step);

    private DateTimeOffset EndOf(int step) => BeginOf(step + 1);

    private int IndexOf(DateTimeOffset at) => (int)Math.Floor((at - ask.From).TotalSeconds / ask.Step);
}
