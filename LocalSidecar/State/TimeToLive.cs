using System.Globalization;

namespace LocalSidecar.State;

/// <summary>The state metadata <c>ttlInSeconds</c>.</summary>
internal static class TimeToLive
{
    /// <summary>Reads it; 0 for "never expires", which negative numbers mean too. Returns the store's complaint, or null.</summary>
    public static string? Read(string? text, out int seconds)
    {
        seconds = 0;
        if (string.IsNullOrEmpty(text))
        {
            return null;
        }

        if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long value))
        {
            // Go's numbers have 64 bits. What 32 do not hold is a lifetime of over 68 years.
            seconds = (int)Math.Clamp(value, 0, int.MaxValue);
            return null;
        }

        ReadOnlySpan<char> digits = text.AsSpan().TrimStart("+-");
        bool isNumber = digits.Length > 0 && digits.IndexOfAnyExceptInRange('0', '9') < 0 && text.Length - digits.Length <= 1;
        return $"strconv.Atoi: parsing \"{text}\": {(isNumber ? "value out of range" : "invalid syntax")}";
    }
}
