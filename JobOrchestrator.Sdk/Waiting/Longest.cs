namespace JobOrchestrator.Waiting;

/// <summary>
/// Settings may say any time, and <see cref="Timeout.InfiniteTimeSpan"/>, which is less than none, for one without end. Timers take
/// some 49 days: what is longer is as good as without end.
/// </summary>
internal static class Longest
{
    /// <summary>The longest that a timer takes.</summary>
    public static readonly TimeSpan Timer = TimeSpan.FromMilliseconds(uint.MaxValue - 1);

    /// <summary>No orchestrator lets a request wait longer; nor is a connection that broke unnoticed waited for longer.</summary>
    public static readonly TimeSpan Poll = TimeSpan.FromHours(1);

    /// <summary>What a setting says, as a timer takes it.</summary>
    public static TimeSpan Of(TimeSpan said) => Of(said, Timer);

    /// <summary>What a setting says, and no more than this.</summary>
    public static TimeSpan Of(TimeSpan said, TimeSpan most) => said == Timeout.InfiniteTimeSpan || said > most ? most : said;

    /// <summary>Whether a setting says so much, or without end.</summary>
    public static bool IsAtLeast(TimeSpan least, TimeSpan said) => said >= least || said == Timeout.InfiniteTimeSpan;
}
