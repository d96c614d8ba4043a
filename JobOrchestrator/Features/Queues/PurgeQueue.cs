using JobOrchestrator.Core;
using JobOrchestrator.Features.Actions;
using JobOrchestrator.Http;

namespace JobOrchestrator.Features.Queues;

/// <summary>
/// <c>POST /queues/{queue}/purge?status=Failed</c>: forgets a queue's finished jobs before their time, its dead letters unless another
/// status is named. Waiting and running jobs are never touched.
/// </summary>
internal static class PurgeQueue
{
    public static async Task HandleAsync(HttpContext http, Api api)
    {
        var jobs = FinishedJobs.Read(http);
        FinishedJobs.Count count = await jobs.ForEachAsync(
            http, api, _ => true, job => new Command.Forget(job.Id), outcome => outcome is Outcome.Forgotten);
        jobs.Note(http, api, JobAction.Purge, count, []);
        await JsonAnswer.SendAsync(http, count, static (writer, count) =>
        {
            writer.WriteStartObject();
            writer.WriteNumber("purged"u8, count.Done);
            count.WriteMore(writer);
            writer.WriteEndObject();
        });
    }
}
