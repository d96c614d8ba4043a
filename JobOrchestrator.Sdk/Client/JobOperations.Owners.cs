namespace JobOrchestrator.Sdk;

public partial interface IJobOperations
{
    /// <inheritdoc cref="JobOperations.OwnersAsync(string?, CancellationToken)"/>
    Task<JobOwners> OwnersAsync(string? owner = null, CancellationToken cancellationToken = default);
}

/// <content>Whose jobs there are.</content>
public sealed partial class JobOperations
{
    /// <summary>Which service has how many jobs, and how far it has read the feed of its events.</summary>
    /// <param name="owner">This one alone; null: all that the caller sees.</param>
    /// <param name="cancellationToken">Stops the tries.</param>
    /// <exception cref="JobOrchestratorException">403: the caller sees some queues alone, or is another owner.</exception>
    public Task<JobOwners> OwnersAsync(string? owner = null, CancellationToken cancellationToken = default)
    {
        string path = "owners" + JobClient.QueryOf(("owner", owner));
        return CallAsync(() => JobApi.Request(HttpMethod.Get, path), WireJson.Wire.JobOwners, cancellationToken);
    }
}
