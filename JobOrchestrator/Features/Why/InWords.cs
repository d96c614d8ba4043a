using System.Globalization;

namespace JobOrchestrator.Features.Why;

/// <summary>Spans of time and instants for people.</summary>
internal static class InWords
{
    /// <summary><c>0.4 s</c>, <c>42 s</c>, <c>4 min 10 s</c>, <c>2 h 5 min</c>, <c>3 d 4 h</c>.</summary>
    public static string Of(TimeSpan span)
    {
        double seconds = Math.Max(0, span.TotalSeconds);
        return seconds switch
        {
            < 10 => Text($"{Math.Round(seconds, 1)} s"),
            < 60 => Text($"{Math.Floor(seconds)} s"),
            < 3_600 => Two((long)seconds, 60, "min", "s"),
            < 86_400 => Two((long)(seconds / 60), 60, "h", "min"),
            _ => Two((long)(seconds / 3_600), 24, "d", "h"),
        };
    }

    /// <summary>To the second, in UTC.</summary>
    public static string Of(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    /// <summary>A number of jobs: <c>1 job is</c>, <c>1,204 jobs are</c>.</summary>
    public static string Jobs(int count) => count == 1 ? "1 job is" : Text($"{count:N0} jobs are");

    private static string Two(long small, int inALarge, string large, string name) =>
        small % inALarge == 0 ? Text($"{small / inALarge} {large}") : Text($"{small / inALarge} {large} {small % inALarge} {name}");

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
