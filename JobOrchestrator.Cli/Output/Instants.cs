using System.Globalization;

namespace JobOrchestrator.Cli;

/// <summary>Instants: written in UTC to the second, read as instants, as dates, or as ages.</summary>
internal static class Instants
{
    private static readonly string[] Formats =
        ["yyyy-MM-dd", "yyyy-MM-dd'T'HH:mm", "yyyy-MM-dd'T'HH:mm:ss", "yyyy-MM-dd HH:mm", "yyyy-MM-dd HH:mm:ss"];

    /// <summary>For people: <c>2026-11-29 03:11:02 UTC</c>.</summary>
    public static string InWords(DateTimeOffset instant) =>
        instant.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);

    /// <summary>
    /// One that was typed: <c>2026-11-29</c>, <c>2026-11-29T03:00</c> (UTC where no zone is said), or an age such as <c>2h</c>.
    /// </summary>
    /// <param name="text">What was typed.</param>
    /// <param name="now">By which ages are told.</param>
    /// <param name="isAhead">A length of time means from now on, not ago.</param>
    /// <exception cref="UsageException">It is none.</exception>
    public static DateTimeOffset Parse(string text, DateTimeOffset now, bool isAhead = false)
    {
        if (Durations.TryParse(text, out TimeSpan length))
        {
            return isAhead ? now + length : now - length;
        }

        const DateTimeStyles Utc = DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal;
        return DateTimeOffset.TryParseExact(text, Formats, CultureInfo.InvariantCulture, Utc, out DateTimeOffset instant)
            || (text.Contains('T', StringComparison.Ordinal)
                && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind, out instant))
            ? instant
            : throw new UsageException(
                $"\"{text}\" is no time: write 2h for {(isAhead ? "in two hours" : "two hours ago")}, 2026-11-29, "
                + "or 2026-11-29T03:00Z (UTC).");
    }
}
