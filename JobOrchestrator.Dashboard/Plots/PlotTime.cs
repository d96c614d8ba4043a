using JobOrchestrator.Dashboard.Serving;
using JobOrchestrator.Sdk;

namespace JobOrchestrator.Dashboard.Plots;

/// <summary>Of which time the plots of a page ask: what its address says, and how long what is compared is.</summary>
/// <param name="Asked">What is asked for, but for the metrics.</param>
/// <param name="Length">How long each of the whiles is that are compared; null: there is one.</param>
internal sealed record PlotTime(JobStatsQuery Asked, TimeSpan? Length = null)
{
    /// <summary>The one that an address says.</summary>
    public static PlotTime Of(View view)
    {
        bool isCompared = PlotWindow.IsCompared(view);
        if (PlotSpan.Of(view) is { } span)
        {
            return isCompared && span.StepToCompare(view.Now) is { } whole
                ? Both(span.By(whole).From, span.By(whole).Length, whole)
                : new PlotTime(new JobStatsQuery { From = span.From, To = span.To, Step = span.Step(view.Now) });
        }

        if (MarkSpan.Of(view) is { } mark)
        {
            return Both(mark.Begin, mark.Length, mark.Step);
        }

        var window = PlotWindow.Of(view);
        return isCompared
            ? new PlotTime(new JobStatsQuery { Window = 2 * window.Length, Step = window.StepToCompare }, window.Length)
            : new PlotTime(new JobStatsQuery { Window = window.Length });
    }

    /// <summary>What was answered, parted where two whiles are compared.</summary>
    public Compared Told(JobStats stats) => Length is { } length ? Compared.Of(stats, length) : new Compared(stats);

    private static PlotTime Both(DateTimeOffset begin, TimeSpan length, TimeSpan step) =>
        new(new JobStatsQuery { From = begin - length, To = begin + length, Step = step }, length);
}
