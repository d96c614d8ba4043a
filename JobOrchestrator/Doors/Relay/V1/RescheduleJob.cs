using JobOrchestrator.Core;
using JobOrchestrator.Http;

namespace JobOrchestrator.Doors.Relay.V1;

/// <summary>
/// <c>PUT /v1/queues/jobs</c>: the job that runs goes back to wait, with new time, retries, payload and state. What this cannot say stays
/// as it was.
/// </summary>
internal static class RescheduleJob
{
    public static async Task HandleAsync(HttpContext http, Api api)
    {
        var intake = new RelayIntake(http, api);
        NewJob said = await RelayBody.ReadOneAsync(http, api, members => JobJson.Read(members, intake));
        (string Queue, string Id) name = (said.Queue, said.ExternalId!);
        (_, Outcome? outcome) = await RelayJobs.ApplyAsync(
            http, api, name, job => job.Lease is { } lease ? new Command.Reschedule(job.Id, lease.Token, Over(said, job)) : null);
        if (outcome is null)
        {
            await RelayAnswers.SendNotFoundAsync(http, name);
            return;
        }

        http.Response.StatusCode = StatusCodes.Status202Accepted;
    }

    private static NewJob Over(NewJob said, Job job) => said with
    {
        Spec = job.Spec with { LeaseSeconds = said.LeaseSeconds, MaxRetries = said.MaxRetries, Input = said.Input },
        Priority = job.Priority,
    };
}
