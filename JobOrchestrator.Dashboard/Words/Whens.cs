using System.Globalization;
using System.Text.RegularExpressions;

namespace JobOrchestrator.Dashboard.Words;

/// <summary>Instants as people type them.</summary>
internal static partial class Whens
{
    /// <summary>Reads an instant with its zone (<c>2026-12-31T06:00Z</c>), or a length from now (<c>90 min</c>).</summary>
    /// <param name="text">What was typed.</param>
    /// <param name="now">From when a length counts.</param>
    /// <param name="at">The instant; null: nothing was typed.</param>
    /// <returns>False: it is neither.</returns>
    public static bool TryRead(string? text, DateTimeOffset now, out DateTimeOffset? at)
    {
        at = null;
        if (string.IsNullOrWhiteSpace(text))
        {
            return true;
        }

        if (Length().Match(text) is { Success: true } length
            && double.TryParse(length.Groups["number"].ValueSpan, CultureInfo.InvariantCulture, out double number))
        {
            double seconds = number * Seconds(length.Groups["unit"].Value);
            at = seconds < TimeSpan.FromDays(36_500).TotalSeconds ? now + TimeSpan.FromSeconds(seconds) : null;
            return at is not null;
        }

        // Without a zone it could be either of two dozen instants.
        bool isInstant = Zoned().IsMatch(text)
            && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal, out DateTimeOffset instant)
            && (at = instant) is not null;
        return isInstant;
    }

    private static double Seconds(string unit) => unit switch
    {
        "s" => 1,
        "m" or "min" => 60,
        "h" => 3_600,
        "d" => 86_400,
        _ => 604_800,
    };

    [GeneratedRegex(@"^\s*(in\s+)?(?<number>\d{1,9}(\.\d{1,3})?)\s*(?<unit>s|m|min|h|d|w)\s*$")]
    private static partial Regex Length();

    [GeneratedRegex(@"^\s*\d{4}-\d\d-\d\d[T ]\d\d:\d\d.*(Z|[+-]\d\d:?\d\d)\s*$")]
    private static partial Regex Zoned();
}
