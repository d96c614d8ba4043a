using System.Globalization;

namespace JobOrchestrator.Search;

/// <summary>Lengths of time as queries write them: a number and a unit, <c>90s</c> or <c>1.5h</c>.</summary>
internal static class QueryDurations
{
    /// <summary>The units, the longest first.</summary>
    private static readonly (string Unit, long Ticks)[] Units =
    [
        ("w", 7 * TimeSpan.TicksPerDay),
        ("d", TimeSpan.TicksPerDay),
        ("h", TimeSpan.TicksPerHour),
        ("m", TimeSpan.TicksPerMinute),
        ("s", TimeSpan.TicksPerSecond),
        ("ms", TimeSpan.TicksPerMillisecond),
    ];

    /// <summary>Longer ones are no ages of jobs, and would leave the calendar.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromDays(36_525);

    /// <summary>Reads one.</summary>
    /// <param name="text">The text.</param>
    /// <param name="duration">What it says, to 100 ns.</param>
    public static bool TryParse(string text, out TimeSpan duration)
    {
        duration = default;
        int digits = text.AsSpan().LastIndexOfAnyInRange('0', '9') + 1;
        (string unit, long ticks) = Units.FirstOrDefault(known =>
            text.AsSpan(digits).Equals(known.Unit, StringComparison.OrdinalIgnoreCase));
        if (unit is null || !QueryNumbers.TryParse(text[..digits], out decimal number) || number < 0
            || number > (decimal)Longest.Ticks / ticks)
        {
            return false;
        }

        duration = new TimeSpan((long)decimal.Round(number * ticks));
        return true;
    }

    /// <summary>Writes one, in the longest unit of which it is a whole number.</summary>
    public static string Write(TimeSpan duration)
    {
        foreach ((string unit, long ticks) in Units)
        {
            if (duration.Ticks % ticks == 0 && (duration.Ticks > 0 || unit == "s"))
            {
                return $"{(duration.Ticks / ticks).ToString(CultureInfo.InvariantCulture)}{unit}";
            }
        }

        return $"{QueryNumbers.Write((decimal)duration.Ticks / TimeSpan.TicksPerMillisecond)}ms";
    }
}
