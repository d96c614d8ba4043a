namespace JobOrchestrator.Sdk;

public partial interface IJobOperations
{
    /// <inheritdoc cref="JobOperations.WorkersAsync(string?, CancellationToken)"/>
    Task<JobWorkers> WorkersAsync(string? queue = null, CancellationToken cancellationToken = default);
}

/// <content>Who works.</content>
public sealed partial class JobOperations
{
    /// <summary>Who works, and what waits that nobody asks for.</summary>
    /// <param name="queue">Only who asks for this queue or holds its jobs; null: all that the caller sees.</param>
    /// <param name="cancellationToken">Stops the tries.</param>
    /// <exception cref="JobOrchestratorException">403: the caller sees all of no queue, or not of this one.</exception>
    public Task<JobWorkers> WorkersAsync(string? queue = null, CancellationToken cancellationToken = default)
    {
        string path = "workers" + JobClient.QueryOf(("queue", queue));
        return CallAsync(() => JobApi.Request(HttpMethod.Get, path), WireJson.Wire.JobWorkers, cancellationToken);
    }
}
