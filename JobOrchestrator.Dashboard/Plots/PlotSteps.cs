namespace JobOrchestrator.Dashboard.Plots;

/// <summary>By what steps the history is kept and shown.</summary>
internal static class PlotSteps
{
    /// <summary>How long steps of hours are kept.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromDays(35);

    // Of one side that is compared; more are not told apart.
    private const int ComparedMax = 180;

    // An end that was rounded to a step is a moment further away.
    private static readonly TimeSpan Slack = TimeSpan.FromMinutes(1);

    // For how long back each is kept.
    private static readonly (TimeSpan Step, TimeSpan KeptFor)[] Kept =
    [
        (TimeSpan.FromSeconds(5), TimeSpan.FromHours(1)),
        (TimeSpan.FromSeconds(10), TimeSpan.FromHours(1)),
        (TimeSpan.FromSeconds(30), TimeSpan.FromHours(1)),
        (TimeSpan.FromMinutes(1), TimeSpan.FromHours(24)),
        (TimeSpan.FromMinutes(5), TimeSpan.FromHours(24)),
        (TimeSpan.FromMinutes(10), TimeSpan.FromHours(24)),
        (TimeSpan.FromHours(1), Longest),
        (TimeSpan.FromHours(6), Longest),
    ];

    // The step of a time up to so long.
    private static readonly (TimeSpan Length, TimeSpan Step)[] Shown =
    [
        (TimeSpan.FromMinutes(15), TimeSpan.FromSeconds(5)),
        (TimeSpan.FromHours(1), TimeSpan.FromSeconds(30)),
        (TimeSpan.FromHours(24), TimeSpan.FromMinutes(10)),
        (TimeSpan.FromDays(7), TimeSpan.FromHours(1)),
    ];

    /// <summary>The longest there is.</summary>
    public static TimeSpan Coarsest => Kept[^1].Step;

    /// <summary>The step by which a time is shown: by its length, and no finer than what is kept of it.</summary>
    /// <param name="length">How long it is. Rounding to steps has made it longer by one at most.</param>
    /// <param name="age">How long ago it began.</param>
    public static TimeSpan Of(TimeSpan length, TimeSpan age)
    {
        TimeSpan shown = Shown.FirstOrDefault(one => length <= one.Length + one.Step, (default, Coarsest)).Step;
        TimeSpan kept = age <= TimeSpan.FromHours(1) + Slack ? shown
            : age <= TimeSpan.FromHours(24) + Slack ? TimeSpan.FromMinutes(1)
            : TimeSpan.FromHours(1);
        return shown > kept ? shown : kept;
    }

    /// <summary>The finest by which two whiles can be compared that it makes; null: none is kept for so long back.</summary>
    /// <param name="by">What a step makes: how long one of them is, and when the earlier one began.</param>
    /// <param name="now">The time.</param>
    public static TimeSpan? ToCompare(Func<TimeSpan, (TimeSpan Length, DateTimeOffset Begin)> by, DateTimeOffset now)
    {
        foreach ((TimeSpan step, TimeSpan keptFor) in Kept)
        {
            (TimeSpan length, DateTimeOffset begin) = by(step);
            if (length / step <= ComparedMax && now - begin <= keptFor)
            {
                return step;
            }
        }

        return null;
    }

    /// <summary>The begin of the step that an instant is in.</summary>
    public static DateTimeOffset Floor(DateTimeOffset at, TimeSpan step)
    {
        long seconds = (long)step.TotalSeconds;
        return DateTimeOffset.FromUnixTimeSeconds(at.ToUnixTimeSeconds() / seconds * seconds);
    }

    /// <summary>The begin of the first step that does not begin before an instant.</summary>
    public static DateTimeOffset Ceiling(DateTimeOffset at, TimeSpan step) =>
        Floor(at, step) is var floor && floor < at ? floor + step : floor;
}
