namespace JobOrchestrator.Shards;

/// <summary>
/// The state store as the shards need it: a narrow window onto the sidecar, so that a test can stand in for it.
/// Every document of a shard carries the shard's partition. Each method is one request; only <see cref="StoreCalls"/> makes them.
/// </summary>
/// <remarks>
/// A call that fails throws one of three: <see cref="NeverSentException"/>, <see cref="RefusedException"/> or
/// <see cref="UnclearException"/>; a time limit of the adapter's own is unclear. Once the caller's token is cancelled, the call throws
/// <see cref="OperationCanceledException"/> and a write may have been carried out, or may be yet: it is settled as an unclear one.
/// Whatever else escapes is a mistake in the adapter, and is taken for unclear too.
/// </remarks>
internal interface IStateStore
{
    /// <summary>One document, or null when there is none. One that cannot be read is never null: that is a failure.</summary>
    Task<StoredItem?> GetAsync(string key, string partition, CancellationToken cancellationToken);

    /// <summary>
    /// Those of the documents that exist. More than one answer holds is refused as too large (<see cref="RefusedException.IsTooLarge"/>).
    /// </summary>
    Task<IReadOnlyDictionary<string, StoredItem>> GetManyAsync(
        IReadOnlyList<string> keys, string partition, CancellationToken cancellationToken);

    /// <summary>
    /// Writes one document; false when the ETag is no longer the document's, or (null) when it exists already: nothing was written then.
    /// </summary>
    Task<bool> TrySaveAsync(string key, byte[] value, string? etag, string partition, CancellationToken cancellationToken);

    /// <summary>
    /// Applies all operations. An ETag that is no longer the document's is a failure, and mostly an unclear one: where the store rolls
    /// back, nothing was written then; where it does not, the other operations were.
    /// </summary>
    Task TransactAsync(IReadOnlyList<StateOperation> operations, string partition, CancellationToken cancellationToken);
}

/// <summary>A document as stored.</summary>
/// <param name="Value">Its JSON. The sidecar changes no byte of it; a store that keeps JSON as its own, as Cosmos DB does, may.</param>
/// <param name="ETag">Opaque.</param>
internal readonly record struct StoredItem(ReadOnlyMemory<byte> Value, string ETag);

/// <summary>One operation of a transaction.</summary>
/// <param name="Key">The document.</param>
/// <param name="Value">The new JSON, or null to delete.</param>
/// <param name="ETag">Only if the document still has it; null: whatever it has.</param>
/// <param name="TtlSeconds">The store forgets the document after this long; null: never.</param>
/// <param name="IsNew">There has never been a document under this key.</param>
/// <param name="IsWrittenAgain">Later commits write it again, so its ETag is worth keeping in memory.</param>
/// <param name="IfAbsent">Only if there is no document (first-write); not every store heeds it in a transaction.</param>
internal readonly record struct StateOperation(
    string Key,
    byte[]? Value,
    string? ETag = null,
    int? TtlSeconds = null,
    bool IsNew = false,
    bool IsWrittenAgain = false,
    bool IfAbsent = false);
