namespace JobOrchestrator.Shards.Tests;

/// <summary>The way of a process to its store: it ends with the process, whatever that is about to do.</summary>
internal sealed class MortalStore(IStateStore store) : IStateStore
{
    private volatile bool _isDead;

    public void Die() => _isDead = true;

    public Task<StoredItem?> GetAsync(string key, string partition, CancellationToken cancellationToken) =>
        Living().GetAsync(key, partition, cancellationToken);

    public Task<IReadOnlyDictionary<string, StoredItem>> GetManyAsync(
        IReadOnlyList<string> keys, string partition, CancellationToken cancellationToken) =>
        Living().GetManyAsync(keys, partition, cancellationToken);

    public Task<bool> TrySaveAsync(string key, byte[] value, string? etag, string partition, CancellationToken cancellationToken) =>
        Living().TrySaveAsync(key, value, etag, partition, cancellationToken);

    public Task TransactAsync(IReadOnlyList<StateOperation> operations, string partition, CancellationToken cancellationToken) =>
        Living().TransactAsync(operations, partition, cancellationToken);

    private IStateStore Living() => _isDead ? throw new NeverSentException("The process is dead.") : store;
}
