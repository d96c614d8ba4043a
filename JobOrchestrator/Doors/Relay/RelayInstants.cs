using System.Globalization;
using System.Text.Json;
using JobOrchestrator.Http;

namespace JobOrchestrator.Doors.Relay;

/// <summary>relay's instants: to the microsecond, which is what its database kept, so that equal ones are equal here.</summary>
internal static class RelayInstants
{
    // Numbers under it are seconds (until the year 5138), others milliseconds (since 1973).
    private const long MillisecondsFrom = 100_000_000_000;

    /// <summary>As it is written in answers: UTC, to the microsecond.</summary>
    public static string Text(DateTimeOffset instant) =>
        instant.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);

    /// <summary>RFC 3339, its space instead of the T included.</summary>
    public static DateTimeOffset? Rfc3339(JsonElement value) =>
        value.ValueKind == JsonValueKind.String && TryRfc3339(value.GetString()!, out DateTimeOffset instant)
            ? ToMicroseconds(instant)
            : null;

    /// <summary>
    /// Every form that says a day: RFC 3339, RFC 1123, a date, with UTC where no offset is named; and Unix time in seconds or
    /// milliseconds.
    /// </summary>
    public static DateTimeOffset? AnyForm(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Number => value.TryGetInt64(out long number) ? Unix(number) : null,
        JsonValueKind.String => AnyForm(value.GetString()!),
        _ => null,
    };

    private static DateTimeOffset? AnyForm(string text)
    {
        if (TryRfc3339(text, out DateTimeOffset instant))
        {
            return ToMicroseconds(instant);
        }

        if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long number))
        {
            return Unix(number);
        }

        // A time without a day would be today's; with this style it is one of the year 1, and none that anybody means.
        const DateTimeStyles Utc = DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal | DateTimeStyles.NoCurrentDateDefault;
        return DateTime.TryParse(text, CultureInfo.InvariantCulture, Utc, out DateTime read) && read.Year > 1
            ? ToMicroseconds(new DateTimeOffset(read, TimeSpan.Zero))
            : null;
    }

    private static bool TryRfc3339(string text, out DateTimeOffset instant) =>
        Instants.TryParseExact(text is { Length: > 10 } && text[10] == ' ' ? $"{text[..10]}T{text[11..]}" : text, out instant);

    private static DateTimeOffset? Unix(long number)
    {
        long milliseconds = number is > -MillisecondsFrom and < MillisecondsFrom ? number * 1_000 : number;
        return milliseconds >= DateTimeOffset.MinValue.ToUnixTimeMilliseconds()
            && milliseconds <= DateTimeOffset.MaxValue.ToUnixTimeMilliseconds()
            ? DateTimeOffset.FromUnixTimeMilliseconds(milliseconds)
            : null;
    }

    private static DateTimeOffset ToMicroseconds(DateTimeOffset instant) =>
        instant.AddTicks(-(instant.Ticks % TimeSpan.TicksPerMicrosecond));
}
