using JobOrchestrator.Http;
using JobOrchestrator.Shards;

namespace JobOrchestrator.Features.Queues;

/// <summary>
/// <c>GET /queues</c>: one page of the queues that hold a live job, are paused, or had jobs in the last day or two, by name;
/// <c>Link: …; rel="next"</c> leads to the next.
/// </summary>
internal static class ListQueues
{
    public static async Task HandleAsync(HttpContext http, Api api)
    {
        Caller caller = ApiKeys.CallerOf(http);
        int limit = Query.Limit(http.Request, api.Options.PageSize, api.Options.PageSizeMax);
        QueuePage page;
        try
        {
            page = await api.Shards.QueuesAsync(
                caller.Queues, Query.Text(http.Request, "cursor"), limit, http.RequestAborted);
        }
        catch (FormatException)
        {
            throw Query.Malformed("cursor", "one from an earlier page's Link");
        }

        NextPage.Link(http, page.Cursor);
        http.Response.Headers.CacheControl = "no-store";
        await JsonAnswer.SendAsync(
            http, (page.Queues, caller), static (writer, answer) => QueueJson.WriteAll(writer, answer.Queues, answer.caller));
    }
}
