using System.Globalization;

namespace JobOrchestrator.Http;

/// <summary>Instants of the callers.</summary>
internal static class Instants
{
    private const int SecondsAt = 17;
    private const int DateAndTime = 19; // characters, without a fraction and an offset

    private static readonly string[] Forms = ["yyyy-MM-dd'T'HH:mm:ss", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFF"];

    /// <summary>
    /// Reads what RFC 3339 writes; without an offset it names no instant. A leap second is the instant behind it, and what is before the
    /// year 1 or behind 9999 only by its offset is the first or the last instant that there is: an empty time where clocks are ahead of
    /// Greenwich is past like any other.
    /// </summary>
    public static bool TryParse(string text, out DateTimeOffset instant)
    {
        bool isRead = TryParse(text, out long ticks);
        instant = isRead ? new DateTimeOffset(Math.Clamp(ticks, 0, DateTime.MaxValue.Ticks), TimeSpan.Zero) : default;
        return isRead;
    }

    /// <summary>The same, of instants alone that there are.</summary>
    public static bool TryParseExact(string text, out DateTimeOffset instant) =>
        TryParse(text, out instant) && TryParse(text, out long ticks) && ticks == instant.Ticks;

    private static bool TryParse(string text, out long ticks)
    {
        ticks = 0;
        if (text.Length <= DateAndTime || !TryOffset(text, out TimeSpan offset, out int end) || end < DateAndTime)
        {
            return false;
        }

        string local = WithSevenDigits(text[..end].ToUpperInvariant());
        bool isLeapSecond = local.AsSpan(SecondsAt).StartsWith("60");
        if (isLeapSecond)
        {
            local = $"{local[..SecondsAt]}59{local[DateAndTime..]}";
        }

        if (!DateTime.TryParseExact(local, Forms, CultureInfo.InvariantCulture, DateTimeStyles.None, out DateTime parsed))
        {
            return false;
        }

        ticks = parsed.Ticks - offset.Ticks + (isLeapSecond ? TimeSpan.TicksPerSecond : 0);
        // A leap second is nowhere but at the end of a day (UTC).
        return !isLeapSecond || ticks % TimeSpan.TicksPerDay < TimeSpan.TicksPerSecond;
    }

    /// <summary>The offset that the text ends with, and where it begins.</summary>
    private static bool TryOffset(string text, out TimeSpan offset, out int at)
    {
        offset = TimeSpan.Zero;
        at = text.Length - 1;
        if (text[at] is 'Z' or 'z')
        {
            return true;
        }

        at = text.Length - 6;
        if (text[at] is not ('+' or '-')
            || !TimeSpan.TryParseExact(text.AsSpan(at + 1), @"hh\:mm", CultureInfo.InvariantCulture, out TimeSpan size))
        {
            return false;
        }

        offset = text[at] == '-' ? -size : size;
        return true;
    }

    /// <summary>Others write nanoseconds; an instant here has seven digits.</summary>
    private static string WithSevenDigits(string text)
    {
        int point = text.IndexOf('.', StringComparison.Ordinal);
        int end = point + 1;
        while (point > 0 && end < text.Length && char.IsAsciiDigit(text[end]))
        {
            end++;
        }

        return end - point > 8 ? text.Remove(point + 8, end - point - 8) : text;
    }
}
