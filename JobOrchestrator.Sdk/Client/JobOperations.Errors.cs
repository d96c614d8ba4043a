namespace JobOrchestrator.Sdk;

public partial interface IJobOperations
{
    /// <inheritdoc cref="JobOperations.ErrorsAsync(TimeSpan?, string?, string?, CancellationToken)"/>
    Task<JobErrors> ErrorsAsync(
        TimeSpan? window = null, string? queue = null, string? type = null, CancellationToken cancellationToken = default);
}

/// <content>What jobs failed of.</content>
public sealed partial class JobOperations
{
    /// <summary>What jobs failed of lately, in groups of alike errors.</summary>
    /// <param name="window">How far to look back, a minute to 35 days; a day when null.</param>
    /// <param name="queue">Only jobs of this queue; null: of all.</param>
    /// <param name="type">Only jobs of this type; null: of all.</param>
    /// <param name="cancellationToken">Stops the tries.</param>
    /// <exception cref="JobOrchestratorException">400: no such window; 403: the queue is beyond what the caller sees.</exception>
    public Task<JobErrors> ErrorsAsync(
        TimeSpan? window = null, string? queue = null, string? type = null, CancellationToken cancellationToken = default)
    {
        string path = "errors" + JobClient.QueryOf(
            ("window", window is { } span ? $"{Seconds(span)}s" : null), ("queue", queue), ("type", type));
        return CallAsync(() => JobApi.Request(HttpMethod.Get, path), WireJson.Wire.JobErrors, cancellationToken);
    }
}
