using JobOrchestrator.Core;
using JobOrchestrator.Http;

namespace JobOrchestrator.Features.Queues;

/// <summary><c>POST /queues/{queue}/pause</c>: hand out nothing more; what runs goes on, and submissions are still accepted.</summary>
internal static class PauseQueue
{
    public static async Task HandleAsync(HttpContext http, Api api)
    {
        string queue = Api.QueueOf(http);
        ApiKeys.CallerOf(http).RequireOperate(queue);
        var pause = new Command.PauseQueue(queue) { AskedBy = ApiKeys.CallerOf(http).Name };
        await api.Shards.ProposeAsync(api.Shards.ShardOf(queue), pause, http.RequestAborted);
        await GetQueue.AnswerAsync(http, api, queue);
    }
}
