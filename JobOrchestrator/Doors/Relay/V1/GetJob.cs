using JobOrchestrator.Core;
using JobOrchestrator.Features;

namespace JobOrchestrator.Doors.Relay.V1;

/// <summary><c>GET /v1/queues/{queue}/jobs/{id}</c>: one job; a 404 is empty.</summary>
internal static class GetJob
{
    public static async Task HandleAsync(HttpContext http, Api api)
    {
        (string queue, string id) = RelayRequest.JobOf(http);
        if (await RelayJobs.FindAsync(http, api, queue, id) is not { } job)
        {
            http.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        await JsonAnswer.SendAsync<Job>(http, job, JobJson.Write);
    }
}
