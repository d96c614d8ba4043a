using JobOrchestrator.Core;
using JobOrchestrator.Features.Actions;
using JobOrchestrator.Http;

namespace JobOrchestrator.Features.Queues;

/// <summary><c>POST /queues/{queue}/resume</c>: hand out again.</summary>
internal static class ResumeQueue
{
    public static async Task HandleAsync(HttpContext http, Api api)
    {
        string queue = Api.QueueOf(http);
        Caller caller = ApiKeys.CallerOf(http);
        caller.RequireOperate(queue);
        bool isNews = (await api.Shards.QueueAsync(queue, http.RequestAborted)).Paused;
        var resume = new Command.ResumeQueue(queue) { AskedBy = caller.Name };
        await api.Shards.ProposeAsync(api.Shards.ShardOf(queue), resume, http.RequestAborted);
        if (isNews)
        {
            QueueMarks.Set(http, api.Now, caller, queue, isPause: false, reason: null);
            ActionLog.Of(http).Note(ActionTold.Of(JobAction.Resume, api.Now, caller) with { Queue = queue });
        }

        await GetQueue.AnswerAsync(http, api, queue);
    }
}
