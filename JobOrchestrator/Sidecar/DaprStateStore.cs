using System.Globalization;
using System.Text;
using Dapr;
using Dapr.Client;
using JobOrchestrator.Shards;

namespace JobOrchestrator.Sidecar;

/// <summary>The state store behind the sidecar.</summary>
internal sealed class DaprStateStore(DaprClient dapr, string storeName) : IStateStore
{
    private static readonly StateOptions FirstWrite = new() { Concurrency = ConcurrencyMode.FirstWrite };

    public async Task<StoredItem?> GetAsync(string key, string partition, CancellationToken cancellationToken)
    {
        (ReadOnlyMemory<byte> value, string etag) = await Reaching(
            dapr.GetByteStateAndETagAsync(storeName, key, ConsistencyMode.Strong, Metadata(partition), cancellationToken));
        return value.IsEmpty ? null : new StoredItem(value, etag);
    }

    public async Task<IReadOnlyDictionary<string, StoredItem>> GetManyAsync(
        IReadOnlyList<string> keys, string partition, CancellationToken cancellationToken)
    {
        var found = new Dictionary<string, StoredItem>(keys.Count);
        if (keys.Count == 0)
        {
            return found;
        }

        IReadOnlyList<BulkStateItem> items = await Reaching(
            dapr.GetBulkStateAsync(storeName, keys, null, Metadata(partition), cancellationToken));
        foreach (BulkStateItem item in items)
        {
            if (!string.IsNullOrEmpty(item.Value) && !string.IsNullOrEmpty(item.Key))
            {
                found[item.Key] = new StoredItem(Encoding.UTF8.GetBytes(item.Value), item.ETag);
            }
        }

        return found;
    }

    public async Task<bool> TrySaveAsync(string key, byte[] value, string? etag, string partition, CancellationToken cancellationToken)
    {
        if (etag is not null)
        {
            return await Reaching(dapr.TrySaveByteStateAsync(storeName, key, value, etag, FirstWrite, Metadata(partition), cancellationToken));
        }

        try
        {
            Task save = dapr.SaveByteStateAsync(storeName, key, value, FirstWrite, Metadata(partition), cancellationToken);
            await Reaching(save);
            return true;
        }
        catch (DaprException)
        {
            // Stores refuse a second first-write with different codes (409 or 500), so the document itself is asked.
            if (await GetAsync(key, partition, cancellationToken) is not null)
            {
                return false;
            }

            throw;
        }
    }

    public Task TransactAsync(IReadOnlyList<StateOperation> operations, string partition, CancellationToken cancellationToken)
    {
        var requests = new StateTransactionRequest[operations.Count];
        for (int i = 0; i < requests.Length; i++)
        {
            StateOperation operation = operations[i];
            requests[i] = new StateTransactionRequest(
                operation.Key,
                operation.Value,
                operation.Value is null ? StateOperationType.Delete : StateOperationType.Upsert,
                operation.ETag,
                operation.TtlSeconds is { } ttl
                    ? new Dictionary<string, string> { ["ttlInSeconds"] = ttl.ToString(CultureInfo.InvariantCulture) }
                    : null,
                operation.ETag is null ? null : FirstWrite);
        }

        return Reaching(dapr.ExecuteStateTransactionAsync(storeName, requests, Metadata(partition), cancellationToken));
    }

    private static Dictionary<string, string> Metadata(string partition) => new() { ["partitionKey"] = partition };

    /// <summary>Tells a connection that was refused, where nothing can have been written, from every other failure.</summary>
    private static async Task Reaching(Task call)
    {
        try
        {
            await call;
        }
        catch (Exception exception) when (SidecarAnswer.IsUnreachable(exception))
        {
            throw new StoreUnreachableException("The sidecar does not answer.", exception);
        }
    }

    private static async Task<T> Reaching<T>(Task<T> call)
    {
        await Reaching((Task)call);
        return await call;
    }
}
