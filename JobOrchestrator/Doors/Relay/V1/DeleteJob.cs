using JobOrchestrator.Core;
using JobOrchestrator.Http;

namespace JobOrchestrator.Doors.Relay.V1;

/// <summary>
/// <c>DELETE /v1/queues/{queue}/jobs/{id}</c>: a job that runs is done, one that waits is cancelled; 200 whatever was there.
/// </summary>
internal static class DeleteJob
{
    public static Task HandleAsync(HttpContext http, Api api) => RelayJobs.ApplyAsync(
        http,
        api,
        RelayRequest.JobOf(http),
        // At once: should it be leased in between, it goes all the same.
        job => job.Lease is { } lease ? new Command.Complete(job.Id, lease.Token) : new Command.Cancel(job.Id, AtOnce: true));
}
