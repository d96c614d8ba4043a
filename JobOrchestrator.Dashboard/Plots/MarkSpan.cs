using System.Globalization;
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

    // Of a side; more are not told apart.
    private const int StepsMax = 180;

    // No more than both sides of these is answered at once.
    private static readonly TimeSpan LengthMax = TimeSpan.FromDays(17);

    // For how long back each is kept.
    private static readonly (TimeSpan Step, TimeSpan KeptFor)[] Kept =
    [
        (TimeSpan.FromSeconds(5), TimeSpan.FromHours(1)),
        (TimeSpan.FromSeconds(10), TimeSpan.FromHours(1)),
        (TimeSpan.FromSeconds(30), TimeSpan.FromHours(1)),
        (TimeSpan.FromMinutes(1), TimeSpan.FromHours(24)),
        (TimeSpan.FromMinutes(5), TimeSpan.FromHours(24)),
        (TimeSpan.FromMinutes(10), TimeSpan.FromHours(24)),
        (TimeSpan.FromHours(1), TimeSpan.FromDays(35)),
        (TimeSpan.FromHours(6), TimeSpan.FromDays(35)),
    ];

    /// <summary>Where what is compared begins.</summary>
    public DateTimeOffset From => Begin - Length;

    /// <summary>Where it ends.</summary>
    public DateTimeOffset To => Begin + Length;

    /// <summary>Whether it goes on until a time.</summary>
    public bool IsUntil(DateTimeOffset now) => To >= now;

    /// <summary>The one that an address names; null: it names none, or one that is ahead.</summary>
    public static MarkSpan? Of(View view) =>
        view.Query("compare") is { } said
            && said.StartsWith(Word, StringComparison.Ordinal)
            && DateTimeOffset.TryParseExact(
                said[Word.Length..],
                ["yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFzzz"],
                CultureInfo.InvariantCulture,
                DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal,
                out DateTimeOffset mark)
            && mark <= view.Now && mark.Year >= YearMin
            ? Of(mark, PlotWindow.Of(view).Length, view.Now)
            : null;

    /// <summary>A mark's.</summary>
    /// <param name="mark">When it was.</param>
    /// <param name="most">How long either side is at most.</param>
    /// <param name="now">The time.</param>
    public static MarkSpan Of(DateTimeOffset mark, TimeSpan most, DateTimeOffset now)
    {
        most = most < LengthMax ? most : LengthMax;
        return Kept.Select(kept => (Span: By(kept.Step, mark, most, now), kept.KeptFor))
            .FirstOrDefault(one => one.Span.Length / one.Span.Step <= StepsMax && now - one.Span.From <= one.KeptFor)
            .Span ?? By(Kept[^1].Step, mark, most, now);
    }

    /// <summary>This page's address, comparing what was before a mark with what is since.</summary>
    public static string Address(View view, DateTimeOffset mark) => view.With(("compare", Word + Moments.Iso(mark)));

    /// <summary>Whether it is this one: an address says it by milliseconds.</summary>
    public bool Is(DateTimeOffset mark) => Moments.Iso(mark) == Moments.Iso(Mark);

    private static MarkSpan By(TimeSpan step, DateTimeOffset mark, TimeSpan most, DateTimeOffset now)
    {
        long seconds = (long)step.TotalSeconds;
        var begin = DateTimeOffset.FromUnixTimeSeconds(mark.ToUnixTimeSeconds() / seconds * seconds);
        TimeSpan since = now - begin < most ? now - begin : most;
        return new MarkSpan(mark, begin, Math.Max(1, Math.Ceiling(since / step)) * step, step);
    }
}
