using Google.Protobuf;
using Google.Protobuf.Collections;
using Grpc.Core;
using Grpc.Net.Client;
using JobOrchestrator.Shards;
using Autogen = Dapr.Client.Autogen.Grpc.v1;

namespace JobOrchestrator.Sidecar;

/// <summary>
/// The state store behind the sidecar, by Dapr's generated client: <c>DaprClient</c> shows a document that could not be read as one that
/// is not there. Values travel byte for byte.
/// </summary>
/// <param name="channel">The channel to the sidecar; disposed of with the store.</param>
/// <param name="apiToken">What the sidecar wants to be shown; null or empty: nothing.</param>
/// <param name="storeName">The component.</param>
/// <param name="limit">How long one call may take.</param>
/// <param name="type">Tells the component's type.</param>
internal sealed class GrpcStateStore(
    GrpcChannel channel, string? apiToken, string storeName, TimeSpan limit, Func<CancellationToken, Task<string>> type)
        : IStateStore, IDisposable
{
    private static readonly Autogen.StateOptions FirstWrite = new()
    {
        Concurrency = Autogen.StateOptions.Types.StateConcurrency.ConcurrencyFirstWrite,
    };

    private readonly Autogen.Dapr.DaprClient _sidecar = new(channel);
    private readonly CallInvoker _calls = channel.CreateCallInvoker();
    private readonly Metadata _headers = SidecarChannel.Headers(apiToken);

    public async Task<StoredItem?> GetAsync(string key, string partition, CancellationToken cancellationToken)
    {
        var request = new Autogen.GetStateRequest
        {
            StoreName = storeName,
            Key = key,
            Consistency = await ConsistencyAsync(cancellationToken),
        };
        Partition(request.Metadata, partition);
        Autogen.GetStateResponse response = await CallAsync(options => _sidecar.GetStateAsync(request, options), cancellationToken);
        return Item(response.Data, response.Etag);
    }

    public async Task<IReadOnlyDictionary<string, StoredItem>> GetManyAsync(
        IReadOnlyList<string> keys, string partition, CancellationToken cancellationToken)
    {
        var found = new Dictionary<string, StoredItem>(keys.Count);
        if (keys.Count == 0)
        {
            return found;
        }

        var request = new Autogen.GetBulkStateRequest { StoreName = storeName };
        request.Keys.AddRange(keys);
        Partition(request.Metadata, partition);
        Autogen.GetBulkStateResponse response =
            await CallAsync(options => _sidecar.GetBulkStateAsync(request, options), cancellationToken);
        foreach (Autogen.BulkStateItem item in response.Items)
        {
            // Where the sidecar reads key by key, one of them can fail.
            if (item.Error.Length > 0)
            {
                throw new RefusedException($"Document '{item.Key}' could not be read: {item.Error}");
            }

            if (Item(item.Data, item.Etag) is { } stored)
            {
                found[item.Key] = stored;
            }
        }

        return found;
    }

    public async Task<bool> TrySaveAsync(string key, byte[] value, string? etag, string partition, CancellationToken cancellationToken)
    {
        var item = new Autogen.StateItem
        {
            Key = key,
            Value = UnsafeByteOperations.UnsafeWrap(value),
            Etag = ETag(etag),
            Options = FirstWrite,
        };
        Partition(item.Metadata, partition);
        var request = new Autogen.SaveStateRequest { StoreName = storeName, States = { item } };
        try
        {
            await CallAsync(options => _sidecar.SaveStateAsync(request, options), cancellationToken);
            return true;
        }
        catch (RefusedException refused) when (etag is not null && SidecarFailure.IsConflict(refused))
        {
            return false;
        }
        catch (CallException failure) when (etag is null && failure is RefusedException or UnclearException { IsAnswer: true })
        {
            // Stores refuse a second first-write with different codes, so the document itself is asked.
            if (await GetAsync(key, partition, cancellationToken) is not null)
            {
                return false;
            }

            throw;
        }
    }

    public Task TransactAsync(IReadOnlyList<StateOperation> operations, string partition, CancellationToken cancellationToken)
    {
        foreach (StateOperation operation in operations)
        {
            RequireETag(operation.ETag);
        }

        var request = new TransactionRequest(storeName, partition, operations);
        return CallAsync(options => _calls.AsyncUnaryCall(TransactionRequest.Call, null, options, request), cancellationToken);
    }

    public void Dispose() => channel.Dispose();

    private static Autogen.Etag? ETag(string? etag)
    {
        RequireETag(etag);
        return etag is null ? null : new Autogen.Etag { Value = etag };
    }

    /// <summary>An empty ETag would be none to every store, and the write unconditional.</summary>
    private static void RequireETag(string? etag)
    {
        if (etag is not null)
        {
            ArgumentException.ThrowIfNullOrEmpty(etag);
        }
    }

    private static void Partition(MapField<string, string> metadata, string partition) => metadata["partitionKey"] = partition;

    /// <summary>
    /// On Cosmos DB the component takes "strong" for the level Session and sends no session: a read could then be older than one's own
    /// write, whatever the account promises. Asked for nothing, it reads at the account's own level.
    /// </summary>
    private async Task<Autogen.StateOptions.Types.StateConsistency> ConsistencyAsync(CancellationToken cancellationToken) =>
        await type(cancellationToken) == StoreComponent.Cosmos
            ? Autogen.StateOptions.Types.StateConsistency.ConsistencyUnspecified
            : Autogen.StateOptions.Types.StateConsistency.ConsistencyStrong;

    /// <summary>A document that is not there has neither bytes nor an ETag.</summary>
    private static StoredItem? Item(ByteString data, string etag) =>
        data.IsEmpty && etag.Length == 0 ? null : new StoredItem(data.Memory, etag);

    private Task<T> CallAsync<T>(Func<CallOptions, AsyncUnaryCall<T>> call, CancellationToken cancellationToken) =>
        SidecarCall.WithinAsync(
            limit, token => call(new CallOptions(_headers, cancellationToken: token)).ResponseAsync, SidecarFailure.Of, cancellationToken);
}
