using JobOrchestrator.Core;
using JobOrchestrator.Features.Marks;
using JobOrchestrator.Http;

namespace JobOrchestrator.Features.Queues;

/// <summary><c>POST /queues/{queue}/resume</c>: hand out again.</summary>
internal static class ResumeQueue
{
    public static async Task HandleAsync(HttpContext http, Api api, MarkBook marks)
    {
        string queue = Api.QueueOf(http);
        ApiKeys.CallerOf(http).RequireOperate(queue);
        var resume = new Command.ResumeQueue(queue) { AskedBy = ApiKeys.CallerOf(http).Name };
        await api.Shards.ProposeAsync(api.Shards.ShardOf(queue), resume, http.RequestAborted);
        marks.Add(new Mark(api.Now, MarkKind.Resume, $"{queue} resumed", resume.AskedBy, queue));
        await GetQueue.AnswerAsync(http, api, queue);
    }
}
