using JobOrchestrator.Core;
using JobOrchestrator.Http;

namespace JobOrchestrator.Features.Queues;

/// <summary><c>GET /queues</c>: every queue that holds a live job or is paused.</summary>
internal static class ListQueues
{
    public static async Task HandleAsync(HttpContext http, Api api)
    {
        Caller caller = ApiKeys.CallerOf(http);
        IReadOnlyList<QueueStatistics> queues = await api.Shards.QueuesAsync(http.RequestAborted);
        http.Response.Headers.CacheControl = "no-store";
        await JsonAnswer.SendAsync(http, queues.Where(queue => caller.MaySeeQueue(queue.Name)), QueueJson.WriteAll);
    }
}
