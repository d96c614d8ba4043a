using System.Globalization;

namespace JobOrchestrator.Dashboard.Words;

/// <summary>Instants for people, in their zone.</summary>
internal static class Moments
{
    /// <summary>The time of a day, to the minute, as below a plot: <c>04:30</c>.</summary>
    public static string Minute(DateTimeOffset at, TimeZoneInfo zone) =>
        TimeZoneInfo.ConvertTime(at, zone).ToString("HH:mm", CultureInfo.InvariantCulture);

    /// <summary>The same to the second: <c>04:30:05</c>.</summary>
    public static string Second(DateTimeOffset at, TimeZoneInfo zone) =>
        TimeZoneInfo.ConvertTime(at, zone).ToString("HH:mm:ss", CultureInfo.InvariantCulture);

    /// <summary>Relative within a day, either way; else the date.</summary>
    public static string Near(DateTimeOffset at, DateTimeOffset now, TimeZoneInfo zone)
    {
        TimeSpan ago = now - at;
        return ago.Duration() >= TimeSpan.FromDays(1) ? Date(at, now, zone)
            : ago >= TimeSpan.Zero ? $"{Durations.Age(ago)} ago"
            : $"in {Durations.Age(-ago + TimeSpan.FromMilliseconds(999))}";
    }

    /// <summary><c>4 Dec 14:10</c>, with the year where it is another one.</summary>
    public static string Date(DateTimeOffset at, DateTimeOffset now, TimeZoneInfo zone)
    {
        DateTimeOffset local = TimeZoneInfo.ConvertTime(at, zone);
        string form = local.Year == TimeZoneInfo.ConvertTime(now, zone).Year ? "d MMM HH:mm" : "d MMM yyyy HH:mm";
        return local.ToString(form, CultureInfo.InvariantCulture);
    }

    /// <summary>Time of day, with milliseconds: <c>01:52:10.021</c>.</summary>
    public static string Clock(DateTimeOffset at, TimeZoneInfo zone) =>
        TimeZoneInfo.ConvertTime(at, zone).ToString("HH:mm:ss.fff", CultureInfo.InvariantCulture);

    /// <summary>All of it, with the zone: what a pointer over an age shows.</summary>
    public static string Whole(DateTimeOffset at, TimeZoneInfo zone)
    {
        DateTimeOffset local = TimeZoneInfo.ConvertTime(at, zone);
        return $"{local.ToString("yyyy-MM-dd HH:mm:ss.fff", CultureInfo.InvariantCulture)} {Zone(zone, at)}";
    }

    /// <summary>For programs, <c>datetime</c> among them.</summary>
    public static string Iso(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    /// <summary>The same to the second, as addresses say it.</summary>
    public static string IsoSecond(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    /// <summary>Reads an instant from an address.</summary>
    public static bool TryRead(string text, out DateTimeOffset at) => DateTimeOffset.TryParseExact(
        text,
        ["yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFzzz", "yyyy-MM-dd'T'HH:mm'Z'", "yyyy-MM-dd'T'HH:mmzzz"],
        CultureInfo.InvariantCulture,
        DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal,
        out at);

    /// <summary>From when to when: <c>29 Nov 14:10 to 15:10</c>, with seconds where there are some.</summary>
    public static string Span(DateTimeOffset from, DateTimeOffset to, DateTimeOffset now, TimeZoneInfo zone)
    {
        bool hasSeconds = from.Second != 0 || to.Second != 0;
        bool isOneDay = TimeZoneInfo.ConvertTime(from, zone).Date == TimeZoneInfo.ConvertTime(to, zone).Date;
        string Seconds(DateTimeOffset at) => hasSeconds ? at.ToString(":ss", CultureInfo.InvariantCulture) : "";
        return $"{Date(from, now, zone)}{Seconds(from)} to {(isOneDay ? Minute(to, zone) : Date(to, now, zone))}{Seconds(to)}";
    }

    /// <summary><c>UTC</c>, <c>UTC+1</c>, <c>UTC+5:30</c>: a zone as it is at an instant.</summary>
    public static string Zone(TimeZoneInfo zone, DateTimeOffset at)
    {
        TimeSpan offset = zone.GetUtcOffset(at);
        string sign = offset < TimeSpan.Zero ? "-" : "+";
        string minutes = offset.Minutes == 0 ? "" : $":{Math.Abs(offset.Minutes):00}";
        return offset == TimeSpan.Zero ? "UTC" : $"UTC{sign}{Math.Abs(offset.Hours)}{minutes}";
    }
}
