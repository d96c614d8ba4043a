using System.Text.Json.Serialization.Metadata;

namespace JobOrchestrator.Sdk;

/// <summary>
/// What whoever looks after jobs asks for, beside what <see cref="JobClient"/> does for those who start them. Thread-safe; its calls are
/// tried again, and throw, as those of <see cref="JobClient"/> do.
/// </summary>
public sealed partial class JobOperations : IJobOperations
{
    private readonly JobApi _api;

    /// <summary>Without a container: by a client's connections, address and key.</summary>
    /// <param name="client">The client; whoever made it disposes of it.</param>
    public JobOperations(JobClient client)
    {
        ArgumentNullException.ThrowIfNull(client);
        _api = client.Api;
    }

    internal JobOperations(JobApi api) => _api = api;

    private async Task<T> CallAsync<T>(
        Func<HttpRequestMessage> make, JsonTypeInfo<T> type, CancellationToken cancellationToken, bool changesNothing = false)
    {
        using HttpResponseMessage response = await _api.SendAsync(make, TimeSpan.Zero, cancellationToken, changesNothing);
        return response.IsSuccessStatusCode
            ? await JobApi.ReadAsync(response, type, cancellationToken)
            : throw await JobApi.RefusalAsync(response, cancellationToken);
    }
}
