using JobOrchestrator.Core;
using JobOrchestrator.Http;

namespace JobOrchestrator.Doors.Relay.V2;

/// <summary><c>DELETE /v2/queues/{queue}/jobs/{id}/run-id/{runId}</c>: the job is done if this is its run; 200 in any case.</summary>
internal static class CompleteJob
{
    public static Task HandleAsync(HttpContext http, Api api)
    {
        Guid run = RunId.InPath(http);
        return RelayJobs.ApplyAsync(
            http, api, RelayRequest.JobOf(http), job => RunId.IsCurrent(run, job) ? new Command.Complete(job.Id, job.Lease!.Token) : null);
    }
}
