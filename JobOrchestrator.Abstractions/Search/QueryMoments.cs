using System.Globalization;

namespace JobOrchestrator.Search;

/// <summary>Moments as queries write them: a date, date and time with or without an offset, or an age.</summary>
internal static class QueryMoments
{
    private const string Date = "yyyy-MM-dd";
    private const int DateLength = 10;
    private const int OffsetLength = 6;

    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Tick = TimeSpan.FromTicks(1);

    /// <summary>What date and time look like, and how wide each is.</summary>
    private static readonly (string Form, TimeSpan Step)[] Forms =
    [
        ("yyyy-MM-dd'T'HH:mm", Minute),
        ("yyyy-MM-dd'T'HH:mm:ss", Second),
        ("yyyy-MM-dd'T'HH:mm:ss.FFFFFFF", Tick),
    ];

    /// <summary>Reads one; null: it is none.</summary>
    public static QueryMoment? Read(string text)
    {
        bool isAhead = text.StartsWith('+');
        if (QueryDurations.TryParse(isAhead ? text[1..] : text, out TimeSpan age))
        {
            return new QueryMoment.Ago(isAhead ? -age : age);
        }

        if (DateOnly.TryParseExact(text, Date, CultureInfo.InvariantCulture, DateTimeStyles.None, out DateOnly day))
        {
            return new QueryMoment.Day(day);
        }

        return text.Length > DateLength ? ReadClock(text.ToUpperInvariant()) : null;
    }

    /// <summary>Writes one; what has an offset in UTC.</summary>
    public static string Write(QueryMoment moment) => moment switch
    {
        QueryMoment.Ago ago => ago.Age < TimeSpan.Zero ? $"+{QueryDurations.Write(-ago.Age)}" : QueryDurations.Write(ago.Age),
        QueryMoment.Day day => day.Date.ToString(Date, CultureInfo.InvariantCulture),
        QueryMoment.Clock clock => WriteClock(clock.Local, clock.Step),
        QueryMoment.Instant instant => $"{WriteClock(instant.At.UtcDateTime, instant.Step)}Z",
        _ => throw new System.Diagnostics.UnreachableException($"No form for {moment.GetType().Name}."),
    };

    private static QueryMoment? ReadClock(string text)
    {
        (int end, TimeSpan? offset) = Offset(text);
        foreach ((string form, TimeSpan step) in Forms)
        {
            if (DateTime.TryParseExact(text[..end], form, CultureInfo.InvariantCulture, DateTimeStyles.None, out DateTime local))
            {
                long ticks = local.Ticks - (offset?.Ticks ?? 0);
                return offset is null ? new QueryMoment.Clock(local, step)
                    : ticks < 0 || ticks > DateTime.MaxValue.Ticks ? null
                    : new QueryMoment.Instant(new DateTimeOffset(ticks, TimeSpan.Zero), step);
            }
        }

        return null;
    }

    /// <summary>Where the text's offset begins, and what it is; null: there is none.</summary>
    private static (int End, TimeSpan? Offset) Offset(string text)
    {
        if (text.EndsWith('Z'))
        {
            return (text.Length - 1, TimeSpan.Zero);
        }

        int end = text.Length - OffsetLength;
        return end > DateLength && text[end] is '+' or '-'
            && TimeSpan.TryParseExact(text.AsSpan(end + 1), @"hh\:mm", CultureInfo.InvariantCulture, out TimeSpan size)
            ? (end, text[end] == '-' ? -size : size)
            : (text.Length, null);
    }

    private static string WriteClock(DateTime time, TimeSpan step)
    {
        string form = step == Minute ? Forms[0].Form : step == Second ? Forms[1].Form : "yyyy-MM-dd'T'HH:mm:ss.fffffff";
        string text = time.ToString(form, CultureInfo.InvariantCulture);
        return step == Tick ? $"{text[..^6]}{text[^6..].TrimEnd('0')}" : text;
    }
}
