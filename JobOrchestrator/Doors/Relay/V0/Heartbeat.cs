using JobOrchestrator.Core;
using JobOrchestrator.Http;

namespace JobOrchestrator.Doors.Relay.V0;

/// <summary>
/// <c>PATCH /heartbeat?queue=&amp;job_id=</c>: a sign of life whose body is the new state. No body, or one that is no JSON, is no state.
/// A job that waits is left as it is, and that is fine as well.
/// </summary>
internal static class Heartbeat
{
    public static async Task HandleAsync(HttpContext http, Api api)
    {
        (string Queue, string Id) name = RelayV0.JobOf(http);
        JsonText state = await ReadStateAsync(http, api);
        (Job? job, Outcome? outcome) = await RelayJobs.ApplyAsync(
            http, api, name, job => job.Lease is { } lease ? new Command.Heartbeat(job.Id, lease.Token, State: state) : null);
        if (job is null || (outcome is not null && !RelayAnswers.IsTaken(outcome)))
        {
            await RelayAnswers.SendNotFoundAsync(http, name);
            return;
        }

        http.Response.StatusCode = StatusCodes.Status202Accepted;
    }

    private static async Task<JsonText> ReadStateAsync(HttpContext http, Api api)
    {
        try
        {
            return await RelayBody.ReadStateAsync(http, api);
        }
        catch (ProblemException exception) when (exception.Problem.Type != ProblemType.TooLarge)
        {
            return RelayBody.Null;
        }
    }
}
