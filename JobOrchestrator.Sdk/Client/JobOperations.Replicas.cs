namespace JobOrchestrator.Sdk;

public partial interface IJobOperations
{
    /// <inheritdoc cref="JobOperations.ReplicasAsync(CancellationToken)"/>
    Task<JobReplicas> ReplicasAsync(CancellationToken cancellationToken = default);

    /// <inheritdoc cref="JobOperations.AuditAsync(CancellationToken)"/>
    Task<JobAudit> AuditAsync(CancellationToken cancellationToken = default);
}

/// <content>Who holds the shards, and what became of what they took.</content>
public sealed partial class JobOperations
{
    /// <summary>Who holds the shards, and how fast it commits.</summary>
    /// <param name="cancellationToken">Stops the tries.</param>
    /// <exception cref="JobOrchestratorException">403: the caller does not operate every queue.</exception>
    public Task<JobReplicas> ReplicasAsync(CancellationToken cancellationToken = default) =>
        CallAsync(static () => JobApi.Request(HttpMethod.Get, "replicas"), WireJson.Wire.JobReplicas, cancellationToken);

    /// <summary>What each shard has accepted, begun, ended and published, and whether that adds up.</summary>
    /// <param name="cancellationToken">Stops the tries.</param>
    /// <exception cref="JobOrchestratorException">403: the caller does not operate every queue.</exception>
    public Task<JobAudit> AuditAsync(CancellationToken cancellationToken = default) =>
        CallAsync(static () => JobApi.Request(HttpMethod.Get, "audit"), WireJson.Wire.JobAudit, cancellationToken);
}
