using JobOrchestrator.Core;
using JobOrchestrator.Shards;

namespace JobOrchestrator.Features.Queues;

/// <summary>
/// <c>POST /queues/{queue}/retry?status=Failed</c>: runs all of a queue's dead letters again (or its cancelled jobs), each once however
/// often it is asked. What could not be run again, because another job has its key by now, is counted as skipped.
/// </summary>
internal static class RetryQueue
{
    private const int PageSize = 100;

    public static async Task HandleAsync(HttpContext http, Api api)
    {
        string queue = Api.QueueOf(http);
        ApiKeys.CallerOf(http).RequireQueue(queue);
        JobStatus status = Query.Status(http.Request, "status") ?? JobStatus.Failed;
        if (status is JobStatus.New or JobStatus.InProgress)
        {
            await Problems.SendAsync(http, Problems.NotAllowed("?status", "Failed, Cancelled or Completed: only what has ended runs again."));
            return;
        }

        int retried = 0, skipped = 0;
        string? cursor = null;
        do
        {
            JobPage page = await api.Shards.ListAsync(new JobFilter(status, queue), cursor, PageSize, http.RequestAborted);
            Outcome[] outcomes = await Task.WhenAll(page.Jobs
                .Where(job => job.RetriedAs is null)
                .Select(job => api.Shards.ProposeAsync(job.Id.Shard, new Command.Retry(job.Id, api.Shards.NewId(queue)), http.RequestAborted)));
            retried += outcomes.Count(outcome => outcome is Outcome.Accepted);
            skipped += outcomes.Count(outcome => outcome is Outcome.Refused);
            cursor = page.Cursor;
        }
        while (cursor is not null);

        await JsonAnswer.SendAsync(http, (retried, skipped), static (writer, count) =>
        {
            writer.WriteStartObject();
            writer.WriteNumber("retried"u8, count.retried);
            writer.WriteNumber("skipped"u8, count.skipped);
            writer.WriteEndObject();
        });
    }
}
