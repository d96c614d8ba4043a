using System.Globalization;
using JobOrchestrator.Features.Search;
using JobOrchestrator.Http;
using JobOrchestrator.Http.OpenApi;
using JobOrchestrator.Shards;

namespace JobOrchestrator.Features.Jobs;

/// <summary>
/// <c>GET /jobs</c>: one page of jobs, newest first unless it is asked otherwise; <c>Link: …; rel="next"</c> leads to the next. None but
/// the last is empty, unless nothing was found in its time. Where its time ended a page, <c>Jobs-Looked-Back-To</c> says how far it came.
/// </summary>
internal static class ListJobs
{
    public static async Task HandleAsync(HttpContext http, Api api)
    {
        HttpRequest request = http.Request;
        var search = SearchRequest.ReadList(http, api);
        int limit = Query.Limit(request, api.Options.PageSize, api.Options.PageSizeMax);
        JobPage page;
        try
        {
            page = await new JobSearch(api.Shards, search).PageAsync(Query.Text(request, "cursor"), limit, http.RequestAborted);
        }
        catch (FormatException)
        {
            throw Query.Malformed("cursor", "one from an earlier page's Link");
        }

        NextPage.Link(http, page.Cursor);
        if (page.LookedBackTo is { } instant && page.Jobs.Count < limit)
        {
            http.Response.Headers[ResponseHeaders.LookedBackTo] =
                instant.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture);
        }

        http.Response.Headers.CacheControl = "no-store";
        await JsonAnswer.SendAsync(
            http,
            (page.Jobs, search.Test, caller: ApiKeys.CallerOf(http)),
            static (writer, list) => JobJson.WriteAll(writer, list.Jobs, list.Test.PhaseOf, list.caller));
    }
}
