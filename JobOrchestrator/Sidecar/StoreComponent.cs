using Dapr.Client;

namespace JobOrchestrator.Sidecar;

/// <summary>What the state store behind the sidecar is, asked of the sidecar once.</summary>
/// <param name="dapr">The sidecar.</param>
/// <param name="name">The component's name.</param>
/// <param name="limit">How long the answer may take.</param>
internal sealed class StoreComponent(DaprClient dapr, string name, TimeSpan limit)
{
    /// <summary>The type of Azure Cosmos DB, which is read in a way of its own.</summary>
    public const string Cosmos = "state.azure.cosmosdb";

    private volatile string? _type;

    /// <summary>The component's type, such as <c>state.redis</c>.</summary>
    /// <exception cref="JobOrchestrator.Shards.CallException">The sidecar did not say.</exception>
    /// <exception cref="InvalidOperationException">It has no such component.</exception>
    public async Task<string> TypeAsync(CancellationToken cancellationToken)
    {
        if (_type is { } known)
        {
            return known;
        }

        DaprMetadata metadata = await SidecarCall.WithinAsync(limit, dapr.GetMetadataAsync, SidecarFailure.Of, cancellationToken);
        return _type = metadata.Components.FirstOrDefault(component => component.Name == name)?.Type
            ?? throw new InvalidOperationException($"The sidecar has no component named '{name}'.");
    }
}
