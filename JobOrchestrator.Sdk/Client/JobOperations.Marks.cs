namespace JobOrchestrator.Sdk;

public partial interface IJobOperations
{
    /// <inheritdoc cref="JobOperations.MarksAsync(DateTimeOffset?, DateTimeOffset?, CancellationToken)"/>
    Task<IReadOnlyList<JobMark>> MarksAsync(
        DateTimeOffset? from = null, DateTimeOffset? to = null, CancellationToken cancellationToken = default);

    /// <inheritdoc cref="JobOperations.MarkAsync(string, string?, CancellationToken)"/>
    Task<JobMark> MarkAsync(string text, string? queue = null, CancellationToken cancellationToken = default);
}

/// <content>What happened when.</content>
public sealed partial class JobOperations
{
    /// <summary>
    /// What happened when, the first one first: of the last 500 marks since the orchestrator started those that the caller sees.
    /// </summary>
    /// <param name="from">From when on; null: from the first.</param>
    /// <param name="to">Until when, that not included; null: now.</param>
    /// <param name="cancellationToken">Stops the tries.</param>
    public async Task<IReadOnlyList<JobMark>> MarksAsync(
        DateTimeOffset? from = null, DateTimeOffset? to = null, CancellationToken cancellationToken = default)
    {
        string path = "marks" + JobClient.QueryOf(("from", JobClient.InstantOf(from)), ("to", JobClient.InstantOf(to)));
        return (await CallAsync(() => JobApi.Request(HttpMethod.Get, path), WireJson.Wire.MarkList, cancellationToken)).Marks;
    }

    /// <summary>Says what happens now: a line that is shown in plots at this moment. Tried again, it may be set twice.</summary>
    /// <param name="text">The line, 1 to 200 characters.</param>
    /// <param name="queue">The queue that it is about; null: all of it.</param>
    /// <param name="cancellationToken">Stops the tries.</param>
    /// <exception cref="JobOrchestratorException">403: the caller does not operate the queue, or not every one.</exception>
    public Task<JobMark> MarkAsync(string text, string? queue = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(text);
        var body = new MarkRequest(text, queue);
        return CallAsync(
            () => JobApi.Request(HttpMethod.Post, "marks", body, WireJson.Wire.MarkRequest), WireJson.Wire.JobMark, cancellationToken);
    }
}
