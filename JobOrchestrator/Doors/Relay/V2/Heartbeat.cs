using JobOrchestrator.Core;
using JobOrchestrator.Http;

namespace JobOrchestrator.Doors.Relay.V2;

/// <summary>
/// <c>PATCH /v2/queues/{queue}/jobs/{id}/run-id/{runId}</c>: a sign of life of one run, whose body is the new state; no body is no state.
/// </summary>
internal static class Heartbeat
{
    public static async Task HandleAsync(HttpContext http, Api api)
    {
        (string Queue, string Id) name = RelayRequest.JobOf(http);
        Guid run = RunId.InPath(http);
        JsonText state = await RelayBody.ReadStateAsync(http, api);
        (_, Outcome? outcome) = await RelayJobs.ApplyAsync(
            http, api, name, job => RunId.IsCurrent(run, job) ? new Command.Heartbeat(job.Id, job.Lease!.Token, State: state) : null);
        if (!RelayAnswers.IsTaken(outcome))
        {
            await RelayDoor.SendTextAsync(
                http, StatusCodes.Status404NotFound, $"job with id `{name.Id}` not found in queue `{name.Queue}` with {run}.");
            return;
        }

        http.Response.StatusCode = StatusCodes.Status202Accepted;
    }
}
