using JobOrchestrator.Core;
using JobOrchestrator.Http;

namespace JobOrchestrator.Doors.Relay.V0;

/// <summary><c>DELETE /complete?queue=&amp;job_id=</c>: a job that runs is done; one that waits is not found.</summary>
internal static class CompleteJob
{
    public static async Task HandleAsync(HttpContext http, Api api)
    {
        (string Queue, string Id) name = RelayV0.JobOf(http);
        (_, Outcome? outcome) = await RelayJobs.ApplyAsync(
            http, api, name, job => job.Lease is { } lease ? new Command.Complete(job.Id, lease.Token) : null);
        if (outcome is null)
        {
            await RelayAnswers.SendNotFoundAsync(http, name);
        }
    }
}
