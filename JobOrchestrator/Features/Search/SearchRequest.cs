using System.Collections.Concurrent;
using System.Globalization;
using JobOrchestrator.Core;
using JobOrchestrator.Http;
using JobOrchestrator.Search;
using JobOrchestrator.Shards;

namespace JobOrchestrator.Features.Search;

/// <summary>Which jobs a request asks for: the query <c>q</c> and the parameters beside it, within what the caller sees.</summary>
/// <param name="Query">The query; without <c>q</c> every job.</param>
/// <param name="Filter">All that has to hold of a job.</param>
/// <param name="Test">What the query says of it.</param>
internal sealed record SearchRequest(JobQuery Query, JobFilter Filter, JobTest Test)
{
    private const double LookSecondsMin = 0.05;
    private const double LookSecondsMax = 10;

    /// <summary>Reads it.</summary>
    /// <exception cref="ProblemException">
    /// 400: the query or a parameter cannot be read; 403: the caller may not see the queue or the owner; 422: it is too broad.
    /// </exception>
    public static SearchRequest Read(HttpContext http, Api api)
    {
        HttpRequest request = http.Request;
        DateTimeOffset now = api.Now;
        string? text = Http.Query.Text(request, "q");
        JobQuery query = text is null ? JobQuery.All : QueryOf(text);
        TimeZoneInfo zone = ZoneOf(request);
        string? queue = Http.Query.Text(request, "queue");
        JobFilter filter = Scoped(http, queue, isQuery: request.Query.ContainsKey("q")) with
        {
            Status = Http.Query.Status(request, "status"),
            Queue = queue,
            Type = Http.Query.Text(request, "type"),
        };
        var said = new SearchWindow(Http.Query.Instant(request, "createdAfter"), Http.Query.Instant(request, "createdBefore"));
        SearchWindow window = SearchWindow.Of(query, now, zone).And(said);
        if (SearchReach.TooBroad(query, filter.Queue is not null || filter.Type is not null, window, now) is { } tooBroad)
        {
            throw new ProblemException(new Problem(ProblemType.QueryTooBroad, tooBroad));
        }

        var test = new JobTest(query, now, zone, Paused(api.Shards));
        return new SearchRequest(
            query,
            filter with
            {
                CreatedAfter = window.After,
                CreatedBefore = window.Before,
                LiveOnly = filter.Status is JobStatus.New or JobStatus.InProgress || SearchReach.IsLive(query),
                Test = query.Terms.Count == 0 ? filter.Test
                    : filter.Test is { } scope ? job => test.Fits(job) && scope(job)
                    : test.Fits,
            },
            test);
    }

    /// <summary>Reads it together with how it is to be listed.</summary>
    /// <inheritdoc cref="Read"/>
    public static SearchRequest ReadList(HttpContext http, Api api)
    {
        SearchRequest search = Read(http, api);
        return search with
        {
            Filter = search.Filter with { OldestFirst = IsOldestFirst(http.Request), Within = LookOf(http.Request) },
        };
    }

    /// <summary>The query of a text.</summary>
    /// <exception cref="ProblemException">400: it is none.</exception>
    private static JobQuery QueryOf(string text) => JobQuery.TryParse(text, out JobQuery? query, out IReadOnlyList<JobQueryError> errors)
        ? query
        : throw new ProblemException(new Problem(ProblemType.QueryMalformed, errors[0].Message)
        {
            Errors = [.. errors.Select(error => new Violation("?q", error.Message))],
            QueryErrors = errors,
        });

    /// <summary>Whether queues are paused: asked once each, so that a request sees each the same all along.</summary>
    private static Func<string, bool> Paused(IJobShards shards)
    {
        // Several shards may be looked through at once.
        var known = new ConcurrentDictionary<string, bool>();
        return queue => known.GetOrAdd(queue, shards.IsPaused);
    }

    /// <summary>What the caller sees, of what the parameters name. A query chooses among that, so it need not name any of it.</summary>
    private static JobFilter Scoped(HttpContext http, string? queue, bool isQuery)
    {
        Caller caller = ApiKeys.CallerOf(http);
        string? owner = Http.Query.Text(http.Request, "owner");
        if (!isQuery || !caller.IsBound || queue is not null || owner is not null)
        {
            return new JobFilter(Owner: caller.RequireSight(owner, queue));
        }

        return caller.Queues is { Count: 0 } && caller.Owner is not null
            ? new JobFilter(Owner: caller.Owner)
            : new JobFilter { Test = caller.MaySee };
    }

    private static bool IsOldestFirst(HttpRequest request) => Http.Query.Text(request, "sort") switch
    {
        null or "-created" => false,
        "created" => true,
        _ => throw Http.Query.Malformed("sort", "-created or created"),
    };

    private static TimeSpan? LookOf(HttpRequest request)
    {
        if (Http.Query.Text(request, "look") is not { } text)
        {
            return null;
        }

        return double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double seconds)
            ? TimeSpan.FromSeconds(Math.Clamp(seconds, LookSecondsMin, LookSecondsMax))
            : throw Http.Query.Malformed("look", "seconds, such as 0.5");
    }

    private static TimeZoneInfo ZoneOf(HttpRequest request) => Http.Query.Text(request, "tz") is not { } id ? TimeZoneInfo.Utc
        : TimeZoneInfo.TryFindSystemTimeZoneById(id, out TimeZoneInfo? zone) ? zone
        : throw Http.Query.Malformed("tz", "a time zone such as Europe/Berlin");
}
