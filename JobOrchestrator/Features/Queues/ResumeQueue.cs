using JobOrchestrator.Core;
using JobOrchestrator.Http;

namespace JobOrchestrator.Features.Queues;

/// <summary><c>POST /queues/{queue}/resume</c>: hand out again.</summary>
internal static class ResumeQueue
{
    public static async Task HandleAsync(HttpContext http, Api api)
    {
        string queue = Api.QueueOf(http);
        ApiKeys.CallerOf(http).RequireOperate(queue);
        await api.Shards.ProposeAsync(api.Shards.ShardOf(queue), new Command.ResumeQueue(queue), http.RequestAborted);
        await GetQueue.AnswerAsync(http, api, queue);
    }
}
