using System.Globalization;
using System.Text;
using Dapr.Client;
using JobOrchestrator.Shards;

namespace JobOrchestrator.Sidecar;

/// <summary>The state store behind the sidecar.</summary>
internal sealed class DaprStateStore(DaprClient dapr, string storeName) : IStateStore
{
    private static readonly StateOptions FirstWrite = new() { Concurrency = ConcurrencyMode.FirstWrite };

    public async Task<StoredItem?> GetAsync(string key, string partition, CancellationToken cancellationToken)
    {
        (ReadOnlyMemory<byte> value, string etag) = await SidecarAnswer.ClassifiedAsync(
            dapr.GetByteStateAndETagAsync(storeName, key, ConsistencyMode.Strong, Metadata(partition), cancellationToken), cancellationToken);
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

        IReadOnlyList<BulkStateItem> items = await SidecarAnswer.ClassifiedAsync(
            dapr.GetBulkStateAsync(storeName, keys, null, Metadata(partition), cancellationToken), cancellationToken);
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
            return await SidecarAnswer.ClassifiedAsync(
                dapr.TrySaveByteStateAsync(storeName, key, value, etag, FirstWrite, Metadata(partition), cancellationToken), cancellationToken);
        }

        try
        {
            Task save = dapr.SaveByteStateAsync(storeName, key, value, FirstWrite, Metadata(partition), cancellationToken);
            await SidecarAnswer.ClassifiedAsync(save, cancellationToken);
            return true;
        }
        catch (RefusedException)
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

        return SidecarAnswer.ClassifiedAsync(
            dapr.ExecuteStateTransactionAsync(storeName, requests, Metadata(partition), cancellationToken), cancellationToken);
    }

    private static Dictionary<string, string> Metadata(string partition) => new() { ["partitionKey"] = partition };
}
