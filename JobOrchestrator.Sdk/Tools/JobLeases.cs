using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Text.Json;

namespace JobOrchestrator.Sdk;

/// <summary>
/// A worker's calls one by one, for tools and for workers that <c>AddJobWorker</c> does not fit. Who takes a job this way keeps its lease
/// alive and reports its end. <c>AddJobTools()</c> registers it; thread-safe.
/// </summary>
/// <remarks>
/// Calls are tried again as those of <see cref="JobClient"/> are. Jobs of a <see cref="LeaseAsync"/> whose answer is lost come back to
/// their queue when their leases end.
/// </remarks>
public sealed class JobLeases
{
    private readonly JobApi _api;

    internal JobLeases(JobApi api) => _api = api;

    /// <summary>Takes jobs, or waits for a first one.</summary>
    /// <param name="queue">The queue.</param>
    /// <param name="request">What to take, and under which name.</param>
    /// <param name="cancellationToken">Stops the waiting; a job that is handed out at that moment comes back when its lease ends.</param>
    /// <returns>The jobs; none when none came in time.</returns>
    public async Task<IReadOnlyList<JobLease>> LeaseAsync(
        string queue, JobLeaseRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(queue);
        ArgumentNullException.ThrowIfNull(request);
        TimeSpan wait = request.Wait > TimeSpan.Zero ? request.Wait : TimeSpan.Zero;
        var body = new LeaseRequest(request.Worker, request.Max, (int)Math.Ceiling(wait.TotalSeconds), request.Types);
        string path = $"queues/{_api.Segment(queue)}/lease";
        using HttpResponseMessage response = await _api.SendAsync(
            () => JobApi.Request(HttpMethod.Post, path, body, WireJson.Wire.LeaseRequest), wait, cancellationToken);
        return response.StatusCode == HttpStatusCode.NoContent ? []
            : response.IsSuccessStatusCode ? [.. (await JobApi.ReadAsync(response, OneByOne.Leases, cancellationToken))
                .OfType<LeasedJob>().Select(job => new JobLease(job, job.LeaseToken, job.LeaseExpiresAt))]
            : throw await JobApi.RefusalAsync(response, cancellationToken);
    }

    /// <summary>Extends a lease, and may tell how far the attempt is or save a checkpoint.</summary>
    /// <param name="jobId">The job.</param>
    /// <param name="leaseToken">The token that came with it.</param>
    /// <param name="progress">How far it is; null leaves what was said.</param>
    /// <param name="state">A checkpoint; null leaves the last one.</param>
    /// <param name="cancellationToken">Stops the tries.</param>
    /// <exception cref="JobNotFoundException">There is no such job.</exception>
    /// <exception cref="JobOrchestratorException">The lease is over (409): stop working; or the checkpoint is too large (413).</exception>
    public async Task<JobHeartbeat> HeartbeatAsync(
        string jobId,
        string leaseToken,
        JobProgress? progress = null,
        JsonElement? state = null,
        CancellationToken cancellationToken = default)
    {
        using HttpResponseMessage response = await ReportAsync(
            jobId, "heartbeat", new LeaseReport(leaseToken) { Progress = progress, State = state }, cancellationToken);
        return await JobApi.ReadAsync(response, WireJson.Wire.JobHeartbeat, cancellationToken);
    }

    /// <summary>Ends a job with success.</summary>
    /// <param name="jobId">The job.</param>
    /// <param name="leaseToken">The token that came with it.</param>
    /// <param name="result">The result; null: none.</param>
    /// <param name="cancellationToken">Stops the tries.</param>
    /// <exception cref="JobNotFoundException">There is no such job.</exception>
    /// <exception cref="JobOrchestratorException">The lease is over (409), or the result is too large (413).</exception>
    public Task<JobStanding> CompleteAsync(
        string jobId, string leaseToken, JsonElement? result = null, CancellationToken cancellationToken = default) =>
        EndAsync(jobId, "complete", new LeaseReport(leaseToken) { Result = result }, cancellationToken);

    /// <summary>Ends an attempt with an error.</summary>
    /// <param name="jobId">The job.</param>
    /// <param name="leaseToken">The token that came with it.</param>
    /// <param name="error">What went wrong.</param>
    /// <param name="retry">False: trying again cannot help, however many retries are left.</param>
    /// <param name="cancellationToken">Stops the tries.</param>
    /// <exception cref="JobNotFoundException">There is no such job.</exception>
    /// <exception cref="JobOrchestratorException">The lease is over (409).</exception>
    public Task<JobStanding> FailAsync(
        string jobId, string leaseToken, JobError error, bool retry = true, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(error);
        var reported = new ReportedError(error.Title, error.Type, error.Detail, error.Status);
        return EndAsync(jobId, "fail", new LeaseReport(leaseToken) { Error = reported, Retry = retry ? null : false }, cancellationToken);
    }

    /// <summary>Gives a job back to its queue; the attempt is not spent.</summary>
    /// <param name="jobId">The job.</param>
    /// <param name="leaseToken">The token that came with it.</param>
    /// <param name="delay">How long it rests before anyone gets it; null: not at all.</param>
    /// <param name="cancellationToken">Stops the tries.</param>
    /// <exception cref="JobNotFoundException">There is no such job.</exception>
    /// <exception cref="JobOrchestratorException">The lease is over (409).</exception>
    public Task<JobStanding> ReleaseAsync(
        string jobId, string leaseToken, TimeSpan? delay = null, CancellationToken cancellationToken = default) =>
        EndAsync(jobId, "release", new LeaseReport(leaseToken) { Delay = delay?.TotalSeconds }, cancellationToken);

    private async Task<JobStanding> EndAsync(string jobId, string action, LeaseReport report, CancellationToken cancellationToken)
    {
        using HttpResponseMessage response = await ReportAsync(jobId, action, report, cancellationToken);
        return await JobApi.ReadAsync(response, WireJson.Wire.JobStanding, cancellationToken);
    }

    [SuppressMessage("Reliability", "CA2000", Justification = "Handed to the caller, who disposes of it.")]
    private async Task<HttpResponseMessage> ReportAsync(
        string jobId, string action, LeaseReport report, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(jobId);
        ArgumentException.ThrowIfNullOrEmpty(report.LeaseToken, nameof(report));
        string path = $"jobs/{_api.Segment(jobId)}/{action}";
        HttpResponseMessage response = await _api.SendAsync(
            () => JobApi.Request(HttpMethod.Post, path, report, WireJson.Wire.LeaseReport), TimeSpan.Zero, cancellationToken);
        if (response.IsSuccessStatusCode)
        {
            return response;
        }

        using (response)
        {
            throw await JobApi.RefusalAsync(response, cancellationToken, jobId);
        }
    }
}
