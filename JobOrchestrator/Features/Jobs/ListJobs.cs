using JobOrchestrator.Http;
using JobOrchestrator.Shards;
using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.Extensions.Primitives;

namespace JobOrchestrator.Features.Jobs;

/// <summary><c>GET /jobs</c>: one page of jobs, newest first; <c>Link: …; rel="next"</c> leads to the next.</summary>
internal static class ListJobs
{
    public static async Task HandleAsync(HttpContext http, Api api)
    {
        HttpRequest request = http.Request;
        string? queue = Query.Text(request, "queue");
        var filter = new JobFilter(
            Query.Status(request, "status"),
            queue,
            ApiKeys.CallerOf(http).RequireSight(Query.Text(request, "owner"), queue),
            Query.Text(request, "type"),
            Query.Instant(request, "createdAfter"),
            Query.Instant(request, "createdBefore"));
        int limit = Query.Limit(request, api.Options.PageSize, api.Options.PageSizeMax);
        JobPage page;
        try
        {
            page = await api.Shards.ListAsync(filter, Query.Text(request, "cursor"), limit, http.RequestAborted);
        }
        catch (FormatException)
        {
            throw Query.Malformed("cursor", "one from an earlier page's Link");
        }

        if (page.Cursor is { } cursor)
        {
            http.Response.Headers.Link =
                $"<{Locations.Origin(request)}{request.Path.ToUriComponent()}{NextQuery(request, cursor)}>; rel=\"next\"";
        }

        http.Response.Headers.CacheControl = "no-store";
        await JsonAnswer.SendAsync(http, page.Jobs, JobJson.WriteAll);
    }

    /// <summary>The same query with another cursor.</summary>
    private static QueryString NextQuery(HttpRequest request, string cursor)
    {
        var query = new QueryBuilder();
        foreach ((string name, StringValues values) in request.Query)
        {
            if (!name.Equals("cursor", StringComparison.OrdinalIgnoreCase))
            {
                query.Add(name, values.Select(value => value ?? ""));
            }
        }

        query.Add("cursor", cursor);
        return query.ToQueryString();
    }
}
