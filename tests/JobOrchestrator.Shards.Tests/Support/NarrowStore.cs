namespace JobOrchestrator.Shards.Tests;

/// <summary>A store that refuses documents and requests that are too large for it, as DynamoDB and a sidecar do.</summary>
/// <param name="store">The store behind it.</param>
internal sealed class NarrowStore(IStateStore store) : IStateStore
{
    /// <summary>Most bytes of one document.</summary>
    public int ItemBytesMax { get; set; } = int.MaxValue;

    /// <summary>Most bytes of one request.</summary>
    public int RequestBytesMax { get; set; } = int.MaxValue;

    /// <summary>Most operations of one transaction.</summary>
    public int OperationsMax { get; set; } = int.MaxValue;

    /// <summary>It says what is wrong with what it refuses; else an error like any other.</summary>
    public bool SaysWhy { get; init; }

    /// <summary>Requests that were refused.</summary>
    public int Refusals { get; private set; }

    /// <summary>The largest request that was sent.</summary>
    public long BytesSeenMax { get; private set; }

    public Task<StoredItem?> GetAsync(string key, string partition, CancellationToken cancellationToken) =>
        store.GetAsync(key, partition, cancellationToken);

    public Task<IReadOnlyDictionary<string, StoredItem>> GetManyAsync(
        IReadOnlyList<string> keys, string partition, CancellationToken cancellationToken) =>
        store.GetManyAsync(keys, partition, cancellationToken);

    public Task<bool> TrySaveAsync(string key, byte[] value, string? etag, string partition, CancellationToken cancellationToken)
    {
        Require([new StateOperation(key, value)]);
        return store.TrySaveAsync(key, value, etag, partition, cancellationToken);
    }

    public Task TransactAsync(IReadOnlyList<StateOperation> operations, string partition, CancellationToken cancellationToken)
    {
        Require(operations);
        return store.TransactAsync(operations, partition, cancellationToken);
    }

    private void Require(IReadOnlyList<StateOperation> operations)
    {
        long bytes = operations.Sum(operation => (long)(operation.Value?.Length ?? 0));
        BytesSeenMax = Math.Max(BytesSeenMax, bytes);
        if (operations.Count > OperationsMax || bytes > RequestBytesMax || operations.Any(item => item.Value?.Length > ItemBytesMax))
        {
            Refusals++;
            throw SaysWhy
                ? new RefusedException("ResourceExhausted: it is too large.") { IsTooLarge = true }
                : new UnclearException("Internal: ValidationException") { IsAnswer = true };
        }
    }
}
