using JobOrchestrator.Sdk;

namespace JobOrchestrator.Dashboard.Plots;

/// <summary>What happened in a while, and in as long a while right before it, step beside step.</summary>
/// <param name="Now">What happened.</param>
/// <param name="Before">The values of the same lines before; null: they are not asked for.</param>
public sealed record Compared(JobStats Now, IReadOnlyList<IReadOnlyList<double?>>? Before = null)
{
    /// <summary>Whether anything is known of before.</summary>
    public bool KnowsBefore => Before?.Any(line => line.Any(value => value is not null)) == true;

    /// <summary>The steps that may be counted against each other: over by now, and known of both.</summary>
    private IEnumerable<int> Steps => Before is [{ } first, ..]
        ? Enumerable.Range(0, Math.Min(first.Count, (int)((Now.AsOf - Now.From).TotalSeconds / Now.Step)))
            .Where(step => first[step] is not null && Now.Series[0].Values[step] is not null)
        : [];

    /// <summary>How long those steps are together.</summary>
    public TimeSpan Length => TimeSpan.FromSeconds((double)Steps.Count() * Now.Step);

    /// <summary>What was counted in those steps, now and before.</summary>
    /// <param name="which">The lines of counts that it is the sum of.</param>
    public (long Now, long Before) Total(Func<JobStatsSeries, bool> which)
    {
        int[] steps = [.. Steps];
        (JobStatsSeries Line, int At)[] lines = [.. Now.Series.Select((line, at) => (line, at)).Where(one => which(one.line))];
        return (
            (long)lines.Sum(one => steps.Sum(step => one.Line.Values[step] ?? 0)),
            (long)lines.Sum(one => steps.Sum(step => Before![one.At][step] ?? 0)));
    }

    /// <summary>From when on it was asked for.</summary>
    public DateTimeOffset Begin { get; private init; } = Now.From;

    /// <summary>Whiles before, that are over before now begins, of which nothing was recorded.</summary>
    public IReadOnlyList<JobStatsGap> GapsBefore { get; private init; } = [];

    /// <summary>Parts what was asked for of both whiles.</summary>
    /// <param name="both">Their history, by steps of which a whole number is as long as one of the whiles.</param>
    /// <param name="length">How long one is.</param>
    public static Compared Of(JobStats both, TimeSpan length)
    {
        int shift = (int)(length.TotalSeconds / both.Step);
        DateTimeOffset from = both.From + length;
        return new Compared(
            both with
            {
                From = from,
                Series = [.. both.Series.Select(line => line with { Values = [.. line.Values.Skip(shift)] })],
                Gaps = [.. both.Gaps.Where(gap => gap.To > from)],
                Marks = [.. both.Marks.Where(mark => mark.At >= from)],
            },
            [.. both.Series.Select(line => line.Values.SkipLast(shift).ToArray())])
        {
            Begin = both.From,
            GapsBefore = [.. both.Gaps.Where(gap => gap.To <= from)],
        };
    }

    /// <summary>The lines of a plot.</summary>
    /// <param name="which">Those to take.</param>
    /// <param name="draw">How one is drawn, and which of those taken it is.</param>
    public IReadOnlyList<PlotLine> Lines(Func<JobStatsSeries, bool> which, Func<JobStatsSeries, int, (string Name, string Style)> draw) =>
    [
        .. Now.Series.Index().Where(line => which(line.Item)).Select((line, at) =>
        {
            (string name, string style) = draw(line.Item, at);
            return new PlotLine(name, style, line.Item.Values) { Before = Before?[line.Index] };
        }),
    ];
}
