using System.Globalization;
using System.Net;

namespace JobOrchestrator.Sdk;

/// <content>What can be done to one job.</content>
public sealed partial class JobClient
{
    /// <summary>
    /// Cancels a job: a waiting one at once; a running one is asked to stop (<see cref="Job.CancelRequested"/>) and is Cancelled when its
    /// worker obeys or its lease ends.
    /// </summary>
    /// <param name="jobId">The job's id.</param>
    /// <param name="cancellationToken">Stops the tries.</param>
    /// <returns>The job after the request.</returns>
    /// <exception cref="JobNotFoundException">There is no such job.</exception>
    /// <exception cref="JobOrchestratorException">It has already finished otherwise (409).</exception>
    public async Task<Job> CancelAsync(string jobId, CancellationToken cancellationToken = default)
    {
        using HttpResponseMessage response = await _api.SendAsync(
            () => JobApi.Request(HttpMethod.Post, $"{Path(jobId)}/cancel"), TimeSpan.Zero, cancellationToken);
        return await ReadJobAsync(response, jobId, cancellationToken);
    }

    /// <summary>Runs a finished job again.</summary>
    /// <param name="jobId">The finished job's id.</param>
    /// <param name="cancellationToken">Stops the tries.</param>
    /// <returns>The new job.</returns>
    /// <exception cref="JobNotFoundException">There is no such job.</exception>
    /// <exception cref="JobOrchestratorException">It has not finished (409).</exception>
    public async Task<Job> RetryAsync(string jobId, CancellationToken cancellationToken = default)
    {
        using HttpResponseMessage response = await _api.SendAsync(
            () => JobApi.Request(HttpMethod.Post, $"{Path(jobId)}/retry"), TimeSpan.Zero, cancellationToken);
        return await ReadJobAsync(response, jobId, cancellationToken);
    }

    /// <summary>Forgets a finished job before its time, its result with it. Repeated, it does nothing.</summary>
    /// <param name="jobId">The finished job's id.</param>
    /// <param name="cancellationToken">Stops the tries.</param>
    /// <exception cref="JobNotFoundException">There never was such a job, or it belongs to someone else.</exception>
    /// <exception cref="JobOrchestratorException">It has not finished (409).</exception>
    public async Task PurgeAsync(string jobId, CancellationToken cancellationToken = default)
    {
        using HttpResponseMessage response = await _api.SendAsync(
            () => JobApi.Request(HttpMethod.Delete, $"{Path(jobId)}?purge=true"), TimeSpan.Zero, cancellationToken);
        if (!response.IsSuccessStatusCode && response.StatusCode != HttpStatusCode.Gone)
        {
            throw await JobApi.RefusalAsync(response, cancellationToken, jobId);
        }
    }

    /// <summary>Moves a waiting job in its queue. What is null stays as it is; give at least one of the two.</summary>
    /// <param name="jobId">The waiting job's id.</param>
    /// <param name="priority">Higher first.</param>
    /// <param name="runAt">Not before this instant.</param>
    /// <param name="ifSequence">Only if the job's <see cref="Job.Sequence"/> is still this; null: whatever it is.</param>
    /// <param name="cancellationToken">Stops the tries.</param>
    /// <returns>The job in its new place.</returns>
    /// <exception cref="JobNotFoundException">There is no such job.</exception>
    /// <exception cref="JobOrchestratorException">It does not wait (409), or has changed meanwhile (412).</exception>
    public async Task<Job> ReprioritiseAsync(
        string jobId,
        int? priority = null,
        DateTimeOffset? runAt = null,
        long? ifSequence = null,
        CancellationToken cancellationToken = default)
    {
        if (priority is null && runAt is null)
        {
            throw new ArgumentException("Nothing would change: give a priority, an instant or both.", nameof(priority));
        }

        return await ChangeAsync(jobId, new MoveRequest(priority, runAt?.ToUniversalTime()), ifSequence, cancellationToken);
    }

    /// <summary>Sets labels of a job that has not finished, and takes some away. Those that are not named stay as they are.</summary>
    /// <param name="jobId">The job's id.</param>
    /// <param name="labels">The new values by key; null takes a label away.</param>
    /// <param name="ifSequence">Only if the job's <see cref="Job.Sequence"/> is still this; null: whatever it is.</param>
    /// <param name="cancellationToken">Stops the tries.</param>
    /// <returns>The job with its labels as they are now.</returns>
    /// <exception cref="JobNotFoundException">There is no such job.</exception>
    /// <exception cref="JobOrchestratorException">
    /// It has finished (409), has changed meanwhile (412), would have more than 16 labels, or one of them is none (422).
    /// </exception>
    public async Task<Job> LabelAsync(
        string jobId,
        IReadOnlyDictionary<string, string?> labels,
        long? ifSequence = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(labels);
        foreach ((string key, string? value) in labels)
        {
            WholeText.Require(key, nameof(labels));
            WholeText.Require(value, nameof(labels));
        }

        return await ChangeAsync(jobId, new MoveRequest(null, null, labels), ifSequence, cancellationToken);
    }

    private async Task<Job> ChangeAsync(string jobId, MoveRequest change, long? ifSequence, CancellationToken cancellationToken)
    {
        using HttpResponseMessage response = await _api.SendAsync(Make, TimeSpan.Zero, cancellationToken);
        return await ReadJobAsync(response, jobId, cancellationToken);

        HttpRequestMessage Make()
        {
            HttpRequestMessage request = JobApi.Request(HttpMethod.Patch, Path(jobId), change, WireJson.Wire.MoveRequest);
            if (ifSequence is { } sequence)
            {
                request.Headers.TryAddWithoutValidation("If-Match", string.Create(CultureInfo.InvariantCulture, $"\"{sequence}\""));
            }

            return request;
        }
    }
}
