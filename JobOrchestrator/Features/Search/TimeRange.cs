using JobOrchestrator.Search;

namespace JobOrchestrator.Features.Search;

/// <summary>A range of time, at one moment and in one zone.</summary>
/// <param name="From">The first instant in it; null: it has no beginning.</param>
/// <param name="Before">The first instant behind it; null: it has no end.</param>
internal readonly record struct TimeRange(DateTimeOffset? From, DateTimeOffset? Before)
{
    /// <summary>What a range means for who asks now.</summary>
    public static TimeRange Of(QueryRange<QueryMoment> range, DateTimeOffset now, TimeZoneInfo zone)
    {
        DateTimeOffset? from = null, before = null;
        if (range.From is { } first)
        {
            (DateTimeOffset begin, DateTimeOffset behind) = first.Value.Resolve(now, zone);
            from = first.IsIncluded ? begin : behind;
        }

        if (range.To is { } last)
        {
            (DateTimeOffset begin, DateTimeOffset behind) = last.Value.Resolve(now, zone);
            before = last.IsIncluded ? behind : begin;
        }

        return new TimeRange(from, before);
    }

    /// <summary>An instant so long ago; the calendar's first where there was none.</summary>
    public static DateTimeOffset Ago(DateTimeOffset now, TimeSpan age) =>
        now - DateTimeOffset.MinValue > age ? now - age : DateTimeOffset.MinValue;

    /// <summary>Whether an instant is in it.</summary>
    public bool Has(DateTimeOffset instant) => !(instant < From) && !(instant >= Before);
}
