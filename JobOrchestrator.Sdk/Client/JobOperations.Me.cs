namespace JobOrchestrator.Sdk;

public partial interface IJobOperations
{
    /// <inheritdoc cref="JobOperations.MeAsync(CancellationToken)"/>
    Task<JobCaller> MeAsync(CancellationToken cancellationToken = default);

    /// <inheritdoc cref="JobOperations.TicketAsync(CancellationToken)"/>
    Task<JobTicket> TicketAsync(CancellationToken cancellationToken = default);
}

/// <content>Who calls.</content>
public sealed partial class JobOperations
{
    /// <summary>Who this client is to the orchestrator, and what it may see and do.</summary>
    /// <param name="cancellationToken">Stops the tries.</param>
    /// <exception cref="JobOrchestratorException">401: the key, ticket or token is not, or no longer, taken.</exception>
    public Task<JobCaller> MeAsync(CancellationToken cancellationToken = default) =>
        CallAsync(static () => JobApi.Request(HttpMethod.Get, "me"), WireJson.Wire.JobCaller, cancellationToken);

    /// <summary>
    /// A ticket with the rights of this client's key, for a page that is not to keep the key. It is sent in the key's place
    /// (<see cref="JobClientOptions.ApiKey"/>), and ends after 12 hours, or with its key.
    /// </summary>
    /// <param name="cancellationToken">Stops the tries.</param>
    /// <exception cref="JobOrchestratorException">
    /// 400: the orchestrator asks for no key; 403: this client came with a ticket or a token, of which none is made.
    /// </exception>
    public Task<JobTicket> TicketAsync(CancellationToken cancellationToken = default) =>
        CallAsync(static () => JobApi.Request(HttpMethod.Post, "me/ticket"), WireJson.Wire.JobTicket, cancellationToken);
}
