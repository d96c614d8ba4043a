using JobOrchestrator.Core;
using JobOrchestrator.Http;

namespace JobOrchestrator.Doors.Relay.V2;

/// <summary>
/// <c>GET /v2/queues/{queue}/jobs?num_jobs=</c>: an array of jobs, each with the id of its run; 204 when there are none.
/// </summary>
internal static class NextJobs
{
    public static async Task HandleAsync(HttpContext http, Api api)
    {
        uint max = RelayRequest.NumJobs(http);
        if (max == 0)
        {
            throw new ProblemException(Problems.Malformed("num_jobs must be > 0"));
        }

        IReadOnlyList<Job> jobs = await RelayLease.TakeAsync(http, api, RelayRequest.Segment(http, "queue"), max);
        await RelayAnswers.SendJobsAsync(http, jobs, JobJson.Write);
    }
}
