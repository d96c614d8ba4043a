namespace JobOrchestrator.Shards.Tests;

/// <summary>The way of a replica whose process can be frozen in the middle of a write: the write arrives when it goes on.</summary>
internal sealed class FrozenStore(ModelStore store) : IStateStore
{
    private readonly TaskCompletionSource _met = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _goneOn = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<bool> _arrived = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool _freezes;

    /// <summary>The process is frozen, with a transaction on its lips.</summary>
    public Task Frozen => _met.Task;

    /// <summary>What became of that transaction when it arrived.</summary>
    public Task<bool> Arrived => _arrived.Task;

    /// <summary>The next transaction finds the process frozen, and all that comes after.</summary>
    public void FreezeAtNextTransaction() => _freezes = true;

    public void GoOn() => _goneOn.TrySetResult();

    public async Task<StoredItem?> GetAsync(string key, string partition, CancellationToken cancellationToken)
    {
        await WhileFrozenAsync();
        return await store.GetAsync(key, partition, cancellationToken);
    }

    public async Task<IReadOnlyDictionary<string, StoredItem>> GetManyAsync(
        IReadOnlyList<string> keys, string partition, CancellationToken cancellationToken)
    {
        await WhileFrozenAsync();
        return await store.GetManyAsync(keys, partition, cancellationToken);
    }

    public async Task<bool> TrySaveAsync(string key, byte[] value, string? etag, string partition, CancellationToken cancellationToken)
    {
        await WhileFrozenAsync();
        return await store.TrySaveAsync(key, value, etag, partition, cancellationToken);
    }

    public async Task TransactAsync(IReadOnlyList<StateOperation> operations, string partition, CancellationToken cancellationToken)
    {
        if (!_freezes)
        {
            await store.TransactAsync(operations, partition, cancellationToken);
            return;
        }

        _met.TrySetResult();
        await _goneOn.Task;
        try
        {
            await store.TransactAsync(operations, partition, CancellationToken.None);
            _arrived.TrySetResult(true);
        }
        catch (CallException)
        {
            _arrived.TrySetResult(false);
            throw;
        }
    }

    private Task WhileFrozenAsync() => Frozen.IsCompleted ? _goneOn.Task : Task.CompletedTask;
}
