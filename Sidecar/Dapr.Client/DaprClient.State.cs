namespace Dapr.Client;

public abstract partial class DaprClient
{
    /// <summary>Reads a value; <c>default</c> when the key is not there.</summary>
    public abstract Task<TValue> GetStateAsync<TValue>(
        string storeName,
        string key,
        ConsistencyMode? consistencyMode = default,
        IReadOnlyDictionary<string, string>? metadata = default,
        CancellationToken cancellationToken = default);

    /// <summary>Reads a value with its ETag; <c>default</c> and an empty ETag when the key is not there.</summary>
    public abstract Task<(TValue value, string etag)> GetStateAndETagAsync<TValue>(
        string storeName,
        string key,
        ConsistencyMode? consistencyMode = default,
        IReadOnlyDictionary<string, string>? metadata = default,
        CancellationToken cancellationToken = default);

    /// <summary>Reads a value as an entry that can be changed and saved by its ETag.</summary>
    public async Task<StateEntry<TValue>> GetStateEntryAsync<TValue>(
        string storeName,
        string key,
        ConsistencyMode? consistencyMode = default,
        IReadOnlyDictionary<string, string>? metadata = default,
        CancellationToken cancellationToken = default)
    {
        var (value, etag) = await GetStateAndETagAsync<TValue>(storeName, key, consistencyMode, metadata, cancellationToken);
        return new StateEntry<TValue>(this, storeName, key, value, etag);
    }

    /// <summary>Reads a value's bytes as stored; empty when the key is not there.</summary>
    public abstract Task<ReadOnlyMemory<byte>> GetByteStateAsync(
        string storeName,
        string key,
        ConsistencyMode? consistencyMode = default,
        IReadOnlyDictionary<string, string>? metadata = default,
        CancellationToken cancellationToken = default);

    /// <summary>Reads a value's bytes and ETag; both empty when the key is not there.</summary>
    public abstract Task<(ReadOnlyMemory<byte>, string etag)> GetByteStateAndETagAsync(
        string storeName,
        string key,
        ConsistencyMode? consistencyMode = default,
        IReadOnlyDictionary<string, string>? metadata = default,
        CancellationToken cancellationToken = default);

    /// <summary>
    /// Reads many values as JSON text. The order is the store's: go by <see cref="BulkStateItem.Key"/>. A key that is
    /// not there has an empty value and ETag; a key that could not be read fails the whole call.
    /// </summary>
    /// <param name="storeName">The state store component.</param>
    /// <param name="keys">At least one.</param>
    /// <param name="parallelism">How many reads at a time in stores without a bulk read; null or 0: all at once.</param>
    /// <param name="metadata">Passed to the store.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public abstract Task<IReadOnlyList<BulkStateItem>> GetBulkStateAsync(
        string storeName,
        IReadOnlyList<string> keys,
        int? parallelism,
        IReadOnlyDictionary<string, string>? metadata = default,
        CancellationToken cancellationToken = default);

    /// <summary>Reads many values of one type; as the other overload otherwise.</summary>
    public abstract Task<IReadOnlyList<BulkStateItem<TValue>>> GetBulkStateAsync<TValue>(
        string storeName,
        IReadOnlyList<string> keys,
        int? parallelism,
        IReadOnlyDictionary<string, string>? metadata = default,
        CancellationToken cancellationToken = default);

    /// <summary>Writes a value, whatever was there.</summary>
    public abstract Task SaveStateAsync<TValue>(
        string storeName,
        string key,
        TValue value,
        StateOptions? stateOptions = default,
        IReadOnlyDictionary<string, string>? metadata = default,
        CancellationToken cancellationToken = default);

    /// <summary>Writes a value if the stored one still has this ETag; false when it has another.</summary>
    public abstract Task<bool> TrySaveStateAsync<TValue>(
        string storeName,
        string key,
        TValue value,
        string etag,
        StateOptions? stateOptions = default,
        IReadOnlyDictionary<string, string>? metadata = default,
        CancellationToken cancellationToken = default);

    /// <summary>Writes a value given as bytes, which must be one JSON value: the HTTP API carries nothing else.</summary>
    /// <exception cref="ArgumentException">The bytes are not JSON.</exception>
    public abstract Task SaveByteStateAsync(
        string storeName,
        string key,
        ReadOnlyMemory<byte> binaryValue,
        StateOptions? stateOptions = default,
        IReadOnlyDictionary<string, string>? metadata = default,
        CancellationToken cancellationToken = default);

    /// <summary>Writes a value given as JSON bytes if the stored one still has this ETag; false when it has another.</summary>
    /// <exception cref="ArgumentException">The bytes are not JSON.</exception>
    public abstract Task<bool> TrySaveByteStateAsync(
        string storeName,
        string key,
        ReadOnlyMemory<byte> binaryValue,
        string etag,
        StateOptions? stateOptions = default,
        IReadOnlyDictionary<string, string>? metadata = default,
        CancellationToken cancellationToken = default);

    /// <summary>Writes many values, each on its own: after a failure some may be stored.</summary>
    public abstract Task SaveBulkStateAsync<TValue>(
        string storeName,
        IReadOnlyList<SaveStateItem<TValue>> items,
        CancellationToken cancellationToken = default);

    /// <summary>Deletes a key; no error when it is not there.</summary>
    public abstract Task DeleteStateAsync(
        string storeName,
        string key,
        StateOptions? stateOptions = default,
        IReadOnlyDictionary<string, string>? metadata = default,
        CancellationToken cancellationToken = default);

    /// <summary>Deletes a key if its value still has this ETag; false when it has another.</summary>
    public abstract Task<bool> TryDeleteStateAsync(
        string storeName,
        string key,
        string etag,
        StateOptions? stateOptions = default,
        IReadOnlyDictionary<string, string>? metadata = default,
        CancellationToken cancellationToken = default);

    /// <summary>
    /// Applies many operations together. A refused ETag throws like any other failure (the sidecar answers 500): its
    /// message then says <c>possible etag mismatch</c> on most stores, and whether the other operations were
    /// undone depends on the store (not on Redis).
    /// </summary>
    /// <param name="storeName">The state store component.</param>
    /// <param name="operations">At least one; values are JSON bytes and go out unread.</param>
    /// <param name="metadata">For the transaction as a whole, such as <c>partitionKey</c>.</param>
    /// <param name="cancellationToken">Stops waiting; the transaction may still be applied.</param>
    public abstract Task ExecuteStateTransactionAsync(
        string storeName,
        IReadOnlyList<StateTransactionRequest> operations,
        IReadOnlyDictionary<string, string>? metadata = default,
        CancellationToken cancellationToken = default);
}
