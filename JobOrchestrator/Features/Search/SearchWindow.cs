using JobOrchestrator.Search;
using Term = JobOrchestrator.Search.QueryTerm;

namespace JobOrchestrator.Features.Search;

/// <summary>When the jobs were created that a query asks for, as far as its terms say: what lies outside need not be read.</summary>
/// <param name="After">Behind this instant; null: since ever.</param>
/// <param name="Before">Before this instant; null: until now.</param>
internal readonly record struct SearchWindow(DateTimeOffset? After, DateTimeOffset? Before)
{
    // Where clocks go back in the night.
    private static readonly TimeSpan LongestDay = TimeSpan.FromHours(25);

    /// <summary>It is a day at most: reading all in it is no burden.</summary>
    public bool IsNarrow(DateTimeOffset now) => After is { } after && (Before ?? now) - after <= LongestDay;

    /// <summary>The window of a query. Alternatives make it as wide as all of them together.</summary>
    public static SearchWindow Of(JobQuery query, DateTimeOffset now, TimeZoneInfo zone)
    {
        var window = new SearchWindow(null, null);
        foreach (Term term in query.Terms.Where(term => !term.IsNegated))
        {
            window = window.And(term switch
            {
                Term.Older { Age: var age } => new SearchWindow(null, Next(TimeRange.Ago(now, age))),
                Term.Younger { Age: var age } => new SearchWindow(TimeRange.Ago(now, age), null),
                Term.Time { Field: QueryTimeField.Created, Ranges: var ranges } => Hull(ranges, now, zone),

                // Nothing has begun or ended before it was created.
                Term.Time { Field: QueryTimeField.Started or QueryTimeField.Finished, Ranges: var ranges } =>
                    Hull(ranges, now, zone) with { After = null },
                _ => new SearchWindow(null, null),
            });
        }

        return window;
    }

    private static SearchWindow Hull(QueryValues<QueryRange<QueryMoment>> ranges, DateTimeOffset now, TimeZoneInfo zone)
    {
        TimeRange[] times = [.. ranges.Select(range => TimeRange.Of(range, now, zone))];
        return new SearchWindow(
            Array.Exists(times, range => range.From is null) ? null : Previous(times.Min(range => range.From!.Value)),
            Array.Exists(times, range => range.Before is null) ? null : times.Max(range => range.Before!.Value));
    }

    /// <summary>What lies in both.</summary>
    public SearchWindow And(SearchWindow other) => new(
        After is null || other.After > After ? other.After ?? After : After,
        Before is null || other.Before < Before ? other.Before ?? Before : Before);

    private static DateTimeOffset Previous(DateTimeOffset instant) =>
        instant > DateTimeOffset.MinValue ? instant.AddTicks(-1) : instant;

    private static DateTimeOffset Next(DateTimeOffset instant) => instant < DateTimeOffset.MaxValue ? instant.AddTicks(1) : instant;
}
