using JobOrchestrator.Core;
using JobOrchestrator.Http;

namespace JobOrchestrator.Features.Jobs;

/// <summary>
/// <c>POST /jobs/{id}/retry</c>: runs a finished job again, as a new job that names it; the old one stays as it ended. Repeated, it
/// answers with the job that was made the first time.
/// </summary>
internal static class RetryJob
{
    public static async Task HandleAsync(HttpContext http, Api api)
    {
        if (await api.FindOrAnswerAsync(http) is not { } old)
        {
            return;
        }

        (Outcome outcome, Problem? problem) = await api.ProposeAsync(http, new Command.Retry(old.Id, api.Shards.NewId(old.Queue)));
        if (problem is not null)
        {
            await Problems.SendAsync(http, problem);
            return;
        }

        Job job = Outcomes.JobOf(outcome);
        if (outcome is Outcome.Unchanged && job.RetriedAs is { } made)
        {
            if (await Api.VisibleOrAnswerAsync(http, await api.Shards.FindAsync(made, http.RequestAborted)) is not { } known)
            {
                return;
            }

            job = known;
        }

        JobAnswer.SetLocation(http, job);
        await JobAnswer.SendAsync(http, api.Shards, job, StatusCodes.Status202Accepted);
    }
}
