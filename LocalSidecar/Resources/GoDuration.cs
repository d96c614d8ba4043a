using System.Buffers;
using System.Globalization;

namespace LocalSidecar.Resources;

/// <summary>Durations as Go writes them: <c>300ms</c>, <c>1.5h</c>, <c>2m30s</c>; a bare number is seconds.</summary>
internal static class GoDuration
{
    private static readonly (string Unit, double Seconds)[] Units =
        [("ns", 1e-9), ("us", 1e-6), ("µs", 1e-6), ("ms", 1e-3), ("s", 1), ("m", 60), ("h", 3600)];

    private static readonly SearchValues<char> Digits = SearchValues.Create("0123456789.");

    public static bool TryParse(string text, out TimeSpan duration)
    {
        duration = default;
        if (double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double bare))
        {
            return TryConvert(bare, out duration);
        }

        ReadOnlySpan<char> rest = text.AsSpan();
        int sign = rest.StartsWith("-") ? -1 : 1;
        rest = rest.TrimStart("+-");
        double seconds = 0.0;
        if (rest.IsEmpty)
        {
            return false;
        }

        while (!rest.IsEmpty)
        {
            int digits = rest.IndexOfAnyExcept(Digits);
            if (digits <= 0
                || !double.TryParse(rest[..digits], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double number))
            {
                return false;
            }

            rest = rest[digits..];
            int length = rest.IndexOfAny(Digits);
            ReadOnlySpan<char> name = length < 0 ? rest : rest[..length];
            double factor = 0.0;
            foreach ((string unit, double value) in Units)
            {
                factor = name.SequenceEqual(unit) ? value : factor;
            }

            if (factor == 0)
            {
                return false;
            }

            seconds += number * factor;
            rest = rest[name.Length..];
        }

        return TryConvert(sign * seconds, out duration);
    }

    /// <summary>
    /// A duration of whole milliseconds, none or more, as Go prints it: <c>500ms</c>, <c>1.5s</c>, <c>1m30s</c>, <c>1h0m0s</c>.
    /// </summary>
    public static string Text(TimeSpan duration)
    {
        if (duration > TimeSpan.Zero && duration < TimeSpan.FromSeconds(1))
        {
            return string.Create(CultureInfo.InvariantCulture, $"{duration.TotalMilliseconds:0}ms");
        }

        string hours = duration.TotalHours >= 1 ? string.Create(CultureInfo.InvariantCulture, $"{(long)duration.TotalHours}h") : "";
        string minutes = duration.TotalMinutes >= 1 ? string.Create(CultureInfo.InvariantCulture, $"{duration.Minutes}m") : "";
        double seconds = duration.Seconds + (duration.Milliseconds / 1000.0);
        return string.Create(CultureInfo.InvariantCulture, $"{hours}{minutes}{seconds:0.###}s");
    }

    private static bool TryConvert(double seconds, out TimeSpan duration)
    {
        // Three hundred years, like Go's own limit.
        bool fits = Math.Abs(seconds) < 9.2e9;
        duration = fits ? TimeSpan.FromSeconds(seconds) : default;
        return fits;
    }
}
