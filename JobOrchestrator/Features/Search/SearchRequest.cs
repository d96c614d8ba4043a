using System.Collections.Concurrent;
using System.Globalization;
using JobOrchestrator.Http;
using JobOrchestrator.Search;
using JobOrchestrator.Shards;

namespace JobOrchestrator.Features.Search;

/// <summary>How it is read from a request.</summary>
internal sealed partial record SearchRequest
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
        string? text = Http.Query.Text(request, "q");
        string? queue = Http.Query.Text(request, "queue");
        JobFilter filter = Scoped(http, queue) with
        {
            Status = Http.Query.Text(request, "status")?.Contains(',', StringComparison.Ordinal) == true ? null
                : Http.Query.Status(request, "status"),
            Queue = queue,
            Type = Http.Query.Text(request, "type"),
        };
        return Of(
            SearchParameters.With(text is null ? JobQuery.All : QueryOf(text, "?q"), request),
            Http.Query.Text(request, "tz") is { } zone ? ZoneOf(zone) : TimeZoneInfo.Utc,
            filter,
            new SearchWindow(Http.Query.Instant(request, "createdAfter"), Http.Query.Instant(request, "createdBefore")),
            api.Now,
            api.Shards);
    }

    /// <summary>What a query finds for a caller, as of a moment.</summary>
    /// <param name="query">The query.</param>
    /// <param name="zone">Where its days are.</param>
    /// <param name="caller">Who asks.</param>
    /// <param name="now">The moment: ages count from it, and no job that was created later is one of them.</param>
    /// <param name="shards">Which queues are paused.</param>
    /// <exception cref="ProblemException">422: it is too broad.</exception>
    public static SearchRequest Of(JobQuery query, TimeZoneInfo zone, Caller caller, DateTimeOffset now, IJobShards shards) =>
        Of(query, zone, ScopeOf(caller), new SearchWindow(null, now.AddTicks(1)), now, shards);

    private static SearchRequest Of(
        JobQuery query, TimeZoneInfo zone, JobFilter filter, SearchWindow said, DateTimeOffset now, IJobShards shards)
    {
        SearchWindow window = SearchWindow.Of(query, now, zone).And(said);
        if (SearchReach.TooBroad(query, filter.Queue is not null || filter.Type is not null, window, now) is { } tooBroad)
        {
            throw new ProblemException(new Problem(ProblemType.QueryTooBroad, tooBroad));
        }

        return Of(query, zone, filter, window, now, Paused(shards));
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
    /// <param name="text">The text.</param>
    /// <param name="place">Where it stands in the request.</param>
    /// <exception cref="ProblemException">400: it is none.</exception>
    public static JobQuery QueryOf(string text, string place) =>
        JobQuery.TryParse(text, out JobQuery? query, out IReadOnlyList<JobQueryError> errors) ? query
        : throw new ProblemException(new Problem(ProblemType.QueryMalformed, errors[0].Message)
        {
            Errors = [.. errors.Select(error => new Violation(place, error.Message))],
            QueryErrors = errors,
        });

    /// <summary>Whether queues are paused: asked once each, so that a request sees each the same all along.</summary>
    private static Func<string, bool> Paused(IJobShards shards)
    {
        // Several shards may be looked through at once.
        var known = new ConcurrentDictionary<string, bool>();
        return queue => known.GetOrAdd(queue, shards.IsPaused);
    }

    /// <summary>
    /// What the caller sees of what the parameters name. A query chooses among all of that, and so does whoever is for some queues and
    /// names none.
    /// </summary>
    private static JobFilter Scoped(HttpContext http, string? queue)
    {
        Caller caller = ApiKeys.CallerOf(http);
        string? owner = Http.Query.Text(http.Request, "owner");
        bool isQuery = http.Request.Query.ContainsKey("q");
        return queue is null && owner is null && (isQuery || caller is { Owner: null, Queues: not { Count: 0 } })
            ? ScopeOf(caller)
            : new JobFilter(Owner: caller.RequireSight(owner, queue));
    }

    /// <summary>What a caller sees.</summary>
    private static JobFilter ScopeOf(Caller caller) => !caller.IsBound || caller.Queues is null ? new JobFilter()
        : caller.Queues is { Count: 0 } && caller.Owner is not null ? new JobFilter(Owner: caller.Owner)
        : new JobFilter
        {
            Test = caller.MaySee,
            Narrow = caller.Owner is not null ? null
                : (digest, among) => digest.Narrow(DigestName.Queue, queue => queue is not null && caller.MaySeeQueue(queue), among),
        };

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

    /// <summary>A time zone by its name.</summary>
    /// <exception cref="ProblemException">400: there is none.</exception>
    public static TimeZoneInfo ZoneOf(string id) => TimeZoneInfo.TryFindSystemTimeZoneById(id, out TimeZoneInfo? zone) ? zone
        : throw Http.Query.Malformed("tz", "a time zone such as Europe/Berlin");
}
