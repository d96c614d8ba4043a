using JobOrchestrator.Core;
using JobOrchestrator.Http;

namespace JobOrchestrator.Doors.Relay.V2;

/// <summary><c>DELETE /v2/queues/{queue}/jobs/{id}</c>: the job is cancelled, even while it runs; 200 whatever was there.</summary>
internal static class DeleteJob
{
    public static Task HandleAsync(HttpContext http, Api api) =>
        RelayJobs.ApplyAsync(http, api, RelayRequest.JobOf(http), job => new Command.Cancel(job.Id, AtOnce: true));
}
