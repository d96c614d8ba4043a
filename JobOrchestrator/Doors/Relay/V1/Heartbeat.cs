using JobOrchestrator.Core;
using JobOrchestrator.Http;

namespace JobOrchestrator.Doors.Relay.V1;

/// <summary><c>PATCH /v1/queues/{queue}/jobs/{id}</c>: a sign of life whose body is the new state; no body is no state.</summary>
internal static class Heartbeat
{
    public static async Task HandleAsync(HttpContext http, Api api)
    {
        (string Queue, string Id) name = RelayRequest.JobOf(http);
        JsonText state = await RelayBody.ReadStateAsync(http, api);
        (_, Outcome? outcome) = await RelayJobs.ApplyAsync(
            http, api, name, job => job.Lease is { } lease ? new Command.Heartbeat(job.Id, lease.Token, State: state) : null);
        if (!RelayAnswers.IsTaken(outcome))
        {
            await RelayAnswers.SendNotFoundAsync(http, name);
            return;
        }

        http.Response.StatusCode = StatusCodes.Status202Accepted;
    }
}
