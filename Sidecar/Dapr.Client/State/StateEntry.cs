using Dapr.Client;

namespace Dapr;

/// <summary>A value as read, to be changed and written back. Got from <c>GetStateEntryAsync</c>.</summary>
/// <typeparam name="TValue">The type of the value.</typeparam>
/// <param name="client">Where it was read.</param>
/// <param name="storeName">The state store component.</param>
/// <param name="key">The key.</param>
/// <param name="value">The value read.</param>
/// <param name="etag">Its ETag; empty when the key was not there.</param>
public sealed class StateEntry<TValue>(DaprClient client, string storeName, string key, TValue value, string etag)
{
    /// <summary>The state store component.</summary>
    public string StoreName { get; } = storeName ?? throw new ArgumentNullException(nameof(storeName));

    /// <summary>The key.</summary>
    public string Key { get; } = key ?? throw new ArgumentNullException(nameof(key));

    /// <summary>The value, changed here until one of the methods sends it.</summary>
    public TValue Value { get; set; } = value;

    /// <summary>The ETag when it was read.</summary>
    public string ETag { get; } = etag;

    /// <summary>Deletes the key whatever its ETag.</summary>
    public Task DeleteAsync(
        StateOptions? stateOptions = default,
        IReadOnlyDictionary<string, string>? metadata = default,
        CancellationToken cancellationToken = default) =>
        client.DeleteStateAsync(StoreName, Key, stateOptions, metadata, cancellationToken);

    /// <summary>Writes <see cref="Value"/> whatever is there.</summary>
    public Task SaveAsync(
        StateOptions? stateOptions = default,
        IReadOnlyDictionary<string, string>? metadata = default,
        CancellationToken cancellationToken = default) =>
        client.SaveStateAsync(StoreName, Key, Value, stateOptions, metadata, cancellationToken);

    /// <summary>Writes <see cref="Value"/> if nobody else has since it was read; false otherwise.</summary>
    public Task<bool> TrySaveAsync(
        StateOptions? stateOptions = default,
        IReadOnlyDictionary<string, string>? metadata = default,
        CancellationToken cancellationToken = default) =>
        client.TrySaveStateAsync(StoreName, Key, Value, ETag, stateOptions, metadata, cancellationToken);

    /// <summary>Deletes the key if nobody has written it since it was read; false otherwise.</summary>
    public Task<bool> TryDeleteAsync(
        StateOptions? stateOptions = default,
        IReadOnlyDictionary<string, string>? metadata = default,
        CancellationToken cancellationToken = default) =>
        client.TryDeleteStateAsync(StoreName, Key, ETag, stateOptions, metadata, cancellationToken);
}
