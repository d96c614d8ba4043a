using JobOrchestrator.Core;
using JobOrchestrator.Http;

namespace JobOrchestrator.Features.Queues;

/// <summary>
/// <c>GET /queues/{queue}</c>: one queue in numbers. A queue is made by being named, so one that nobody uses is empty and not missing.
/// </summary>
internal static class GetQueue
{
    public static async Task HandleAsync(HttpContext http, Api api)
    {
        string name = Api.QueueOf(http);
        ApiKeys.CallerOf(http).RequireSight(name);
        await AnswerAsync(http, api, name);
    }

    public static async Task AnswerAsync(HttpContext http, Api api, string name)
    {
        QueueStatistics queue = await api.Shards.QueueAsync(name, http.RequestAborted);
        http.Response.Headers.CacheControl = "no-store";
        await JsonAnswer.SendAsync(
            http, (queue, ApiKeys.CallerOf(http)), static (writer, answer) => QueueJson.Write(writer, answer.queue, answer.Item2));
    }
}
