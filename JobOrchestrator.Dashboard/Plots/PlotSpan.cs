using JobOrchestrator.Dashboard.Serving;
using JobOrchestrator.Dashboard.Words;

namespace JobOrchestrator.Dashboard.Plots;

/// <summary>A time that an address names by its two ends, in place of how long back: it shows the same tomorrow.</summary>
/// <param name="From">Its begin.</param>
/// <param name="To">Its end; one that is ahead is that of a step that is not over.</param>
internal sealed record PlotSpan(DateTimeOffset From, DateTimeOffset To)
{
    // Fewer steps tell nothing over time.
    private const int StepsMin = 15;

    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(75);

    /// <summary>How long it is.</summary>
    public TimeSpan Length => To - From;

    /// <summary>The one that an address names; null: it names none that can be shown.</summary>
    public static PlotSpan? Of(View view) => Read(view).Span;

    /// <summary>What is wrong with the one that an address names, in words; null: nothing.</summary>
    public static string? Wrong(View view) => Read(view).Wrong;

    /// <summary>Whether an address names one that is over: of it changes only what could not be asked.</summary>
    public static bool IsOver(View view) => Of(view) is { } span && span.To <= view.Now;

    /// <summary>Reads one.</summary>
    /// <param name="from">Its begin, as the address says it; null: it does not.</param>
    /// <param name="to">Its end.</param>
    /// <param name="now">The time.</param>
    public static (PlotSpan? Span, string? Wrong) Read(string? from, string? to, DateTimeOffset now)
    {
        if (from is null || to is null)
        {
            return (null, from is null && to is null ? null : "a time has two ends, from and to");
        }

        if (!Moments.TryRead(from, out DateTimeOffset begin) || !Moments.TryRead(to, out DateTimeOffset end))
        {
            return (null, $"write both ends as {Moments.IsoSecond(now)}");
        }

        string? wrong = end <= begin ? "it ends before it begins"
            : now - begin > PlotSteps.Longest + PlotSteps.Coarsest ? "it begins more than 35 days ago, and nothing is kept of that"
            : begin >= now || end - now > PlotSteps.Coarsest ? "it is still ahead"
            : end - begin < Shortest ? $"it is shorter than {Durations.Age(Shortest)}"
            : null;
        return (wrong is null ? new PlotSpan(begin, end) : null, wrong);
    }

    /// <summary>The step by which it is shown.</summary>
    public TimeSpan Step(DateTimeOffset now) => PlotSteps.Of(Length, now - From);

    /// <summary>The step by which it is compared with as long right before it; null: nothing is kept of that.</summary>
    public TimeSpan? StepToCompare(DateTimeOffset now) =>
        PlotSteps.ToCompare(step => By(step) is var whole ? (whole.Length, whole.From - whole.Length) : default, now);

    /// <summary>The same in whole steps.</summary>
    public PlotSpan By(TimeSpan step) => new(PlotSteps.Floor(From, step), PlotSteps.Ceiling(To, step));

    /// <summary>By half of it earlier; null: nothing is kept of that.</summary>
    public PlotSpan? Earlier(DateTimeOffset now)
    {
        DateTimeOffset from = From - Half(now);
        from = from > Oldest(now) ? from : Oldest(now);
        return from < From ? new PlotSpan(from, from + Length) : null;
    }

    /// <summary>By half of it later; null: that is ahead.</summary>
    public PlotSpan? Later(DateTimeOffset now)
    {
        DateTimeOffset to = Until(To + Half(now), now, Step(now));
        return To <= now ? new PlotSpan(to - Length, to) : null;
    }

    /// <summary>The half in its middle; null: that has too few steps.</summary>
    public PlotSpan? Closer(DateTimeOffset now)
    {
        TimeSpan step = PlotSteps.Of(Length / 2, now - From);
        var middle = new PlotSpan(PlotSteps.Floor(From + (Length / 4), step), PlotSteps.Floor(To - (Length / 4), step));
        return middle.Length / step < StepsMin ? null : middle;
    }

    /// <summary>Twice as long around it, as far as that is kept and not ahead; null: there is no more.</summary>
    public PlotSpan? Wider(DateTimeOffset now)
    {
        TimeSpan step = PlotSteps.Of(2 * Length, now - From);
        DateTimeOffset to = Until(To + (Length / 2), now, step);
        var around = new PlotSpan(PlotSteps.Floor(to - (2 * Length), step), to);
        around = around.From > Oldest(now) ? around : around with { From = Oldest(now) };
        return around.Length > Length + step ? around : null;
    }

    /// <summary>This page's address, showing it.</summary>
    public string Address(View view) => view.With(
        ("window", null),
        ("compare", PlotWindow.IsCompared(view) ? view.Query("compare") : null),
        ("from", Moments.IsoSecond(From)),
        ("to", Moments.IsoSecond(To)));

    private static (PlotSpan? Span, string? Wrong) Read(View view) => Read(view.Query("from"), view.Query("to"), view.Now);

    private static DateTimeOffset Oldest(DateTimeOffset now) => PlotSteps.Floor(now - PlotSteps.Longest, PlotSteps.Coarsest);

    /// <summary>An end in whole steps; the one that is not over, where it is there or ahead.</summary>
    private static DateTimeOffset Until(DateTimeOffset to, DateTimeOffset now, TimeSpan step)
    {
        (DateTimeOffset open, DateTimeOffset wanted) = (PlotSteps.Floor(now, step), PlotSteps.Floor(to, step));
        return wanted < open ? wanted : open + step;
    }

    private TimeSpan Half(DateTimeOffset now) => Math.Max(1, Math.Floor(Length / 2 / Step(now))) * Step(now);
}
