using System.Globalization;
using JobOrchestrator.Http;
using JobOrchestrator.Http.OpenApi;
using JobOrchestrator.Shards;

namespace JobOrchestrator.Features.Jobs;

/// <summary>
/// <c>GET /jobs</c>: one page of jobs, newest first; <c>Link: …; rel="next"</c> leads to the next. None but the last is empty, unless
/// nothing was found in 10 s: then <c>Jobs-Looked-Back-To</c> says how far it looked.
/// </summary>
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

        NextPage.Link(http, page.Cursor);
        if (page is { Jobs.Count: 0, LookedBackTo: { } instant })
        {
            http.Response.Headers[ResponseHeaders.LookedBackTo] =
                instant.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture);
        }

        http.Response.Headers.CacheControl = "no-store";
        await JsonAnswer.SendAsync(http, page.Jobs, JobJson.WriteAll);
    }
}
