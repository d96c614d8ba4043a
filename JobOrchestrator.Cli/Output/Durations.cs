using System.Globalization;

namespace JobOrchestrator.Cli;

/// <summary>
/// Times as people say them, in at most two units: <c>0.4 s</c>, <c>4 min 10 s</c>, <c>2 d 3 h</c>; and as they type them.
/// </summary>
internal static class Durations
{
    private static readonly (string Name, TimeSpan Unit)[] Units =
    [
        ("ms", TimeSpan.FromMilliseconds(1)), ("s", TimeSpan.FromSeconds(1)), ("m", TimeSpan.FromMinutes(1)),
        ("h", TimeSpan.FromHours(1)), ("d", TimeSpan.FromDays(1)), ("w", TimeSpan.FromDays(7)),
    ];

    /// <summary>In words.</summary>
    public static string InWords(TimeSpan time)
    {
        TimeSpan length = time.Duration();
        return length.TotalSeconds < 9.95 ? string.Create(CultureInfo.InvariantCulture, $"{length.TotalSeconds:0.0} s")
            : length.TotalSeconds < 59.5 ? string.Create(CultureInfo.InvariantCulture, $"{length.TotalSeconds:0} s")
            : length.TotalMinutes < 10 ? Two(length.TotalSeconds, 60, "min", "s")
            : length.TotalMinutes < 59.5 ? string.Create(CultureInfo.InvariantCulture, $"{length.TotalMinutes:0} min")
            : length.TotalHours < 10 ? Two(length.TotalMinutes, 60, "h", "min")
            : length.TotalDays < 10 ? length.TotalHours < 23.5
                ? string.Create(CultureInfo.InvariantCulture, $"{length.TotalHours:0} h")
                : Two(length.TotalHours, 24, "d", "h")
            : string.Create(CultureInfo.InvariantCulture, $"{length.TotalDays:0} d");
    }

    /// <summary>One that was typed: <c>90</c> and <c>90s</c> are seconds; ms, s, m, h, d, w.</summary>
    /// <exception cref="UsageException">It is none.</exception>
    public static TimeSpan Parse(string text) =>
        TryParse(text, out TimeSpan time)
            ? time
            : throw new UsageException($"\"{text}\" is no length of time: write 30s, 5m, 2h or 1d (units ms, s, m, h, d, w).");

    /// <inheritdoc cref="Parse"/>
    public static bool TryParse(string text, out TimeSpan time)
    {
        time = default;
        int digits = text.TakeWhile(one => char.IsAsciiDigit(one) || one == '.').Count();
        string unit = text[digits..].ToLowerInvariant();
        TimeSpan of = Array.Find(Units, known => known.Name == (unit.Length == 0 ? "s" : unit)).Unit;
        if (of == TimeSpan.Zero
            || !double.TryParse(text[..digits], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double count)
            || count * of.TotalSeconds > TimeSpan.FromDays(3_650).TotalSeconds)
        {
            return false;
        }

        time = count * of;
        return true;
    }

    private static string Two(double small, int inLarge, string large, string name)
    {
        int whole = (int)Math.Round(small);
        return whole % inLarge == 0
            ? string.Create(CultureInfo.InvariantCulture, $"{whole / inLarge} {large}")
            : string.Create(CultureInfo.InvariantCulture, $"{whole / inLarge} {large} {whole % inLarge} {name}");
    }
}
