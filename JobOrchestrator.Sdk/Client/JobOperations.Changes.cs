namespace JobOrchestrator.Sdk;

public partial interface IJobOperations
{
    /// <inheritdoc cref="JobOperations.ChangesAsync(string, string?, CancellationToken)"/>
    Task<JobChanges> ChangesAsync(string jobId, string? cursor = null, CancellationToken cancellationToken = default);
}

/// <content>A job's events.</content>
public sealed partial class JobOperations
{
    /// <summary>A page of a job's events that are still in the feed, in their order, and whether the broker took them.</summary>
    /// <param name="jobId">The job's id.</param>
    /// <param name="cursor">Where to go on: <see cref="JobChanges.Next"/> of the previous page; null: from the first.</param>
    /// <param name="cancellationToken">Stops the tries.</param>
    /// <exception cref="JobNotFoundException">There is no such job, or it belongs to somebody else.</exception>
    /// <exception cref="JobOrchestratorException">400: the cursor is none of the service's.</exception>
    public async Task<JobChanges> ChangesAsync(string jobId, string? cursor = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(jobId);
        string path = $"jobs/{_api.Segment(jobId)}/changes" + JobClient.QueryOf(("cursor", cursor));
        using HttpResponseMessage response =
            await _api.SendAsync(() => JobApi.Request(HttpMethod.Get, path), TimeSpan.Zero, cancellationToken);
        return response.IsSuccessStatusCode
            ? await JobApi.ReadAsync(response, WireJson.Wire.JobChanges, cancellationToken)
            : throw await JobApi.RefusalAsync(response, cancellationToken, jobId);
    }
}
