namespace JobOrchestrator.Shards.Tests;

/// <summary>A call of the store.</summary>
internal enum StoreCall
{
    Get,
    GetMany,
    Save,
    Transact,
}

/// <summary>
/// The way to a store on which any call can be held up, lost or changed. It does not heed cancellation, as an answer that is already on
/// its way does not.
/// </summary>
internal sealed class GateStore(IStateStore store) : IStateStore
{
    /// <summary>On the way there.</summary>
    public Func<StoreCall, IReadOnlyList<string>, Task> Before { get; set; } = (_, _) => Task.CompletedTask;

    /// <summary>On the way back.</summary>
    public Func<StoreCall, IReadOnlyList<string>, Task> After { get; set; } = (_, _) => Task.CompletedTask;

    /// <summary>What a bulk read leaves out.</summary>
    public Func<string, bool> LeavesOut { get; set; } = _ => false;

    public async Task<StoredItem?> GetAsync(string key, string partition, CancellationToken cancellationToken)
    {
        await Before(StoreCall.Get, [key]);
        StoredItem? item = await store.GetAsync(key, partition, CancellationToken.None);
        await After(StoreCall.Get, [key]);
        return item;
    }

    public async Task<IReadOnlyDictionary<string, StoredItem>> GetManyAsync(
        IReadOnlyList<string> keys, string partition, CancellationToken cancellationToken)
    {
        await Before(StoreCall.GetMany, keys);
        string[] asked = [.. keys.Where(key => !LeavesOut(key))];
        IReadOnlyDictionary<string, StoredItem> items = await store.GetManyAsync(asked, partition, CancellationToken.None);
        await After(StoreCall.GetMany, keys);
        return items;
    }

    public async Task<bool> TrySaveAsync(string key, byte[] value, string? etag, string partition, CancellationToken cancellationToken)
    {
        await Before(StoreCall.Save, [key]);
        bool saved = await store.TrySaveAsync(key, value, etag, partition, CancellationToken.None);
        await After(StoreCall.Save, [key]);
        return saved;
    }

    public async Task TransactAsync(IReadOnlyList<StateOperation> operations, string partition, CancellationToken cancellationToken)
    {
        string[] keys = [.. operations.Select(operation => operation.Key)];
        await Before(StoreCall.Transact, keys);
        await store.TransactAsync(operations, partition, CancellationToken.None);
        await After(StoreCall.Transact, keys);
    }
}
