using JobOrchestrator.Dashboard.Serving;
using JobOrchestrator.Dashboard.Words;

namespace JobOrchestrator.Dashboard.Plots;

/// <summary>What happened since a mark, and as long before it: what plots compare where an address names one.</summary>
/// <param name="Mark">When it was.</param>
/// <param name="Begin">When the step begins that the mark is in: what is before it is not since the mark.</param>
/// <param name="Length">How long either side is, in whole steps: until now, and no longer than the page's window.</param>
/// <param name="Step">The finest that is kept so far back, of which there are not too many.</param>
internal sealed record MarkSpan(DateTimeOffset Mark, DateTimeOffset Begin, TimeSpan Length, TimeSpan Step)
{
    private const string Word = "mark:";

    // Nothing is known of anything earlier, and no calendar ends there.
    private const int YearMin = 2000;

    // No more than both sides of these is answered at once.
    private static readonly TimeSpan LengthMax = TimeSpan.FromDays(17);

    /// <summary>Where what is compared begins.</summary>
    public DateTimeOffset From => Begin - Length;

    /// <summary>Where it ends.</summary>
    public DateTimeOffset To => Begin + Length;

    /// <summary>Whether it goes on until a time.</summary>
    public bool IsUntil(DateTimeOffset now) => To >= now;

    /// <summary>The one that an address names; null: it names none, or one that is ahead, or the ends of what it shows.</summary>
    public static MarkSpan? Of(View view) =>
        view.Query("compare") is { } said
            && IsNamed(said)
            && Moments.TryRead(said[Word.Length..], out DateTimeOffset mark)
            && mark <= view.Now && mark.Year >= YearMin
            && PlotSpan.Of(view) is null
            ? Of(mark, PlotWindow.Of(view).Length, view.Now)
            : null;

    /// <summary>A mark's.</summary>
    /// <param name="mark">When it was.</param>
    /// <param name="most">How long either side is at most.</param>
    /// <param name="now">The time.</param>
    public static MarkSpan Of(DateTimeOffset mark, TimeSpan most, DateTimeOffset now)
    {
        most = most < LengthMax ? most : LengthMax;
        return By(
            PlotSteps.ToCompare(step => By(step, mark, most, now) is var span ? (span.Length, span.From) : default, now)
                ?? PlotSteps.Coarsest,
            mark,
            most,
            now);
    }

    /// <summary>Whether what an address compares with is a mark.</summary>
    public static bool IsNamed(string compare) => compare.StartsWith(Word, StringComparison.Ordinal);

    /// <summary>This page's address, comparing what was before a mark with what is since.</summary>
    public static string Address(View view, DateTimeOffset mark) =>
        view.With(("from", null), ("to", null), ("compare", Word + Moments.Iso(mark)));

    /// <summary>Whether it is this one: an address says it by milliseconds.</summary>
    public bool Is(DateTimeOffset mark) => Moments.Iso(mark) == Moments.Iso(Mark);

    private static MarkSpan By(TimeSpan step, DateTimeOffset mark, TimeSpan most, DateTimeOffset now)
    {
        DateTimeOffset begin = PlotSteps.Floor(mark, step);
        TimeSpan since = now - begin < most ? now - begin : most;
        return new MarkSpan(mark, begin, Math.Max(1, Math.Ceiling(since / step)) * step, step);
    }
}
