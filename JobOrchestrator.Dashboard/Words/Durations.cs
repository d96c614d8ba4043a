using System.Globalization;

namespace JobOrchestrator.Dashboard.Words;

/// <summary>
/// Lengths of time for people: <c>0.4 s</c>, <c>4 min 10 s</c>, <c>2 d 3 h</c>. The script <c>live.js</c> has the ages too.
/// </summary>
internal static class Durations
{
    /// <summary>How long something took: tenths below a minute, milliseconds below a tenth, and tenths of the first.</summary>
    public static string Of(TimeSpan length) => length.TotalSeconds switch
    {
        < 0 => "0 s",
        < 0.0005 => "0 s",
        < 0.00095 => length.TotalMilliseconds.ToString("0.0 'ms'", CultureInfo.InvariantCulture),
        < 0.1 => $"{Math.Round(length.TotalMilliseconds):0} ms",
        < 59.95 => length.TotalSeconds.ToString("0.0 's'", CultureInfo.InvariantCulture),
        _ => Age(length),
    };

    /// <inheritdoc cref="Of(TimeSpan)"/>
    public static string Of(double seconds) => Of(TimeSpan.FromSeconds(Math.Min(seconds, TimeSpan.MaxValue.TotalSeconds / 2)));

    /// <summary>How long ago something was: whole seconds, and two units at most.</summary>
    public static string Age(TimeSpan age)
    {
        long seconds = Math.Max(0, (long)age.TotalSeconds);
        return seconds switch
        {
            < 60 => $"{seconds} s",
            < 600 => Two(seconds / 60, "min", seconds % 60, "s"),
            < 3_600 => $"{seconds / 60} min",
            < 86_400 => Two(seconds / 3_600, "h", seconds % 3_600 / 60, "min"),
            _ => Two(seconds / 86_400, "d", seconds % 86_400 / 3_600, "h"),
        };
    }

    /// <summary>One that somebody wrote: <c>10 s</c>, <c>10 min</c>, and tenths only where there are some.</summary>
    public static string Short(TimeSpan length) => length.Ticks % TimeSpan.TicksPerSecond == 0 ? Age(length) : Of(length);

    /// <summary>As ISO 8601 writes it, for <c>datetime</c>.</summary>
    public static string Iso(TimeSpan length) =>
        string.Create(CultureInfo.InvariantCulture, $"PT{Math.Max(0, length.TotalSeconds):0.###}S");

    private static string Two(long many, string unit, long rest, string smaller) =>
        rest == 0 ? $"{many} {unit}" : $"{many} {unit} {rest} {smaller}";
}
