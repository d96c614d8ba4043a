using JobOrchestrator.Core;
using JobOrchestrator.Features.Actions;
using JobOrchestrator.Http;

namespace JobOrchestrator.Features.Queues;

/// <summary>
/// <c>POST /queues/{queue}/retry?status=Failed</c>: runs a queue's dead letters again (or its cancelled jobs), each once however
/// often it is asked. What could not be run again, because another job has its key by now or its priority is over the caller's, is
/// counted as skipped.
/// </summary>
internal static class RetryQueue
{
    public static async Task HandleAsync(HttpContext http, Api api)
    {
        var jobs = FinishedJobs.Read(http);
        Caller caller = ApiKeys.CallerOf(http);
        var made = new List<UndoStep>();
        FinishedJobs.Count count = await jobs.ForEachAsync(
            http,
            api,
            job => job.RetriedAs is null,
            job => caller.MayRetryAt(job) ? new Command.Retry(job.Id, api.Shards.NewId(job.Queue)) : null,
            outcome =>
            {
                if (outcome is not Outcome.Accepted { Job: var job })
                {
                    return false;
                }

                made.Add(new UndoStep.Made(job.Id));
                return true;
            });
        jobs.Note(http, api, JobAction.Retry, count, made);
        await JsonAnswer.SendAsync(http, count, static (writer, count) =>
        {
            writer.WriteStartObject();
            writer.WriteNumber("retried"u8, count.Done);
            writer.WriteNumber("skipped"u8, count.Refused);
            count.WriteMore(writer);
            writer.WriteEndObject();
        });
    }
}
