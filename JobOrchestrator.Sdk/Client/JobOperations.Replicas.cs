namespace JobOrchestrator.Sdk;

public partial interface IJobOperations
{
    /// <inheritdoc cref="JobOperations.ReplicasAsync(CancellationToken)"/>
    Task<JobReplicas> ReplicasAsync(CancellationToken cancellationToken = default);
}

/// <content>Who holds the shards.</content>
public sealed partial class JobOperations
{
    /// <summary>Who holds the shards, and how fast it commits.</summary>
    /// <param name="cancellationToken">Stops the tries.</param>
    /// <exception cref="JobOrchestratorException">403: the caller does not operate every queue.</exception>
    public Task<JobReplicas> ReplicasAsync(CancellationToken cancellationToken = default) =>
        CallAsync(static () => JobApi.Request(HttpMethod.Get, "replicas"), WireJson.Wire.JobReplicas, cancellationToken);
}
