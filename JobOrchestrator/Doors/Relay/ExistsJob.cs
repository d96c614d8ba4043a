using JobOrchestrator.Http;

namespace JobOrchestrator.Doors.Relay;

/// <summary><c>HEAD …/queues/{queue}/jobs/{id}</c> of R1 and R2: whether there is such a job.</summary>
internal static class ExistsJob
{
    public static async Task HandleAsync(HttpContext http, Api api)
    {
        (string queue, string id) = RelayRequest.JobOf(http);
        http.Response.StatusCode = await RelayJobs.FindAsync(http, api, queue, id) is null
            ? StatusCodes.Status404NotFound
            : StatusCodes.Status200OK;
    }
}
