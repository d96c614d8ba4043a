using JobOrchestrator.Core;
using JobOrchestrator.Http;

namespace JobOrchestrator.Doors.Relay.V1;

/// <summary><c>GET /v1/queues/{queue}/jobs?num_jobs=</c>: an array of jobs; 204 when there are none.</summary>
internal static class NextJobs
{
    public static async Task HandleAsync(HttpContext http, Api api)
    {
        IReadOnlyList<Job> jobs = await RelayLease.TakeAsync(http, api, RelayRequest.Segment(http, "queue"), RelayRequest.NumJobs(http));
        await RelayAnswers.SendJobsAsync(http, jobs, JobJson.Write);
    }
}
