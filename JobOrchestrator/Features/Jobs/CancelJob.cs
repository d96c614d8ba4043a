using JobOrchestrator.Core;
using JobOrchestrator.Http;

namespace JobOrchestrator.Features.Jobs;

/// <summary>
/// <c>DELETE /jobs/{id}</c> and <c>POST /jobs/{id}/cancel</c>: a waiting job ends at once (200), a running one's worker is told (202), at
/// once where it waits for cancels, else at its next heartbeat. <c>DELETE …?purge=true</c> forgets a finished job. All honour
/// <c>If-Match</c>.
/// </summary>
internal static class CancelJob
{
    public static Task HandleDeleteAsync(HttpContext http, Api api) =>
        Query.Flag(http.Request, "purge") ? PurgeJob.HandleAsync(http, api) : HandleAsync(http, api);

    public static async Task HandleAsync(HttpContext http, Api api)
    {
        if (!Api.TryId(http, out JobId id))
        {
            await Problems.SendAsync(http, Problems.JobNotFound);
            return;
        }

        (bool passes, long? ifSequence) = await IfMatch.CheckOrAnswerAsync(http, api);
        if (!passes)
        {
            return;
        }

        (Outcome outcome, Problem? problem) = await api.ProposeAsync(http, new Command.Cancel(id) { IfSequence = ifSequence });
        if (problem is not null)
        {
            await Problems.SendAsync(http, problem);
            return;
        }

        Job job = Outcomes.JobOf(outcome);
        if (!job.IsFinished)
        {
            JobAnswer.SetLocation(http, job);
        }

        await JobAnswer.SendAsync(http, api.Shards, job, job.IsFinished ? StatusCodes.Status200OK : StatusCodes.Status202Accepted);
    }
}
