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
        if (await api.Shards.ProposeAsync(api.Shards.ShardOf(queue), pause, http.RequestAborted)
            is Outcome.Refused { Why: Refusal.QueueFull { Bound: var bound } })
        {
            await Problems.SendAsync(http, new Problem(
                ProblemType.TooBusy, $"As many queues are paused as may be ({bound} of a shard). Resume some. Nothing was done."));
            return;
        }

        await GetQueue.AnswerAsync(http, api, queue);
    }
}
