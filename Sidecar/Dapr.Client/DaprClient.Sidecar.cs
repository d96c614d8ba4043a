namespace Dapr.Client;

public abstract partial class DaprClient
{
    /// <summary>Reads one secret: its names and values.</summary>
    public abstract Task<Dictionary<string, string>> GetSecretAsync(
        string storeName,
        string key,
        IReadOnlyDictionary<string, string>? metadata = default,
        CancellationToken cancellationToken = default);

    /// <summary>Reads all secrets that the application may see.</summary>
    public abstract Task<Dictionary<string, Dictionary<string, string>>> GetBulkSecretAsync(
        string storeName,
        IReadOnlyDictionary<string, string>? metadata = default,
        CancellationToken cancellationToken = default);

    /// <summary>Whether the sidecar and its application are ready; false too when the sidecar cannot be reached.</summary>
    public abstract Task<bool> CheckHealthAsync(CancellationToken cancellationToken = default);

    /// <summary>
    /// Whether the sidecar serves its application, which may itself still be starting; false too when the sidecar
    /// cannot be reached. The one to wait for at a start: <see cref="CheckHealthAsync"/> waits for this process.
    /// </summary>
    public abstract Task<bool> CheckOutboundHealthAsync(CancellationToken cancellationToken = default);

    /// <summary>Asks <see cref="CheckOutboundHealthAsync"/> every 500 ms until it says yes or the token is cancelled.</summary>
    public abstract Task WaitForSidecarAsync(CancellationToken cancellationToken = default);

    /// <summary>Asks the sidecar to end.</summary>
    public abstract Task ShutdownSidecarAsync(CancellationToken cancellationToken = default);

    /// <summary>What the sidecar says of itself: its id, components and extended attributes.</summary>
    public abstract Task<DaprMetadata> GetMetadataAsync(CancellationToken cancellationToken = default);

    /// <summary>Sets one extended attribute, kept until the sidecar ends.</summary>
    public abstract Task SetMetadataAsync(
        string attributeName,
        string attributeValue,
        CancellationToken cancellationToken = default);
}
