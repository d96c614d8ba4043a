using Dapr.Client.Autogen.Grpc.v1;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using LocalSidecar.Errors;
using LocalSidecar.Json;
using LocalSidecar.State;
using Condition = LocalSidecar.State.StateCondition;
using SavedItem = Dapr.Client.Autogen.Grpc.v1.StateItem;

namespace LocalSidecar.Api.Grpc;

/// <summary>The state API of one sidecar over gRPC. Values are bytes and come back as they were sent.</summary>
internal sealed class StateCalls(Sidecar sidecar)
{
    private const string TimeToLiveKey = "ttlInSeconds";

    // How much of an answer that is too large is read at most, in times of what may be sent; up to there its size is told exactly.
    private const int AnswersMax = 16;

    private static readonly Empty Nothing = new();

    public Task<GetStateResponse> Get(GetStateRequest request)
    {
        var response = new GetStateResponse();
        if (sidecar.States.Find(request.StoreName).Get(request.Key) is { } found)
        {
            response.Data = UnsafeByteOperations.UnsafeWrap(found.Read());
            response.Etag = found.Etag.ToString();
            if (found.ExpiryText is { } expiry)
            {
                response.Metadata[StateValue.ExpiryKey] = expiry;
            }
        }

        return Task.FromResult(response);
    }

    public Task<GetBulkStateResponse> GetBulk(GetBulkStateRequest request)
    {
        var response = new GetBulkStateResponse();
        long bytes = 0;
        foreach (LocalSidecar.State.StateItem item in sidecar.States.Find(request.StoreName).GetMany(request.Keys))
        {
            var answer = new BulkStateItem { Key = item.Key, Error = item.Problem ?? "" };
            if (item.Value is { } found)
            {
                answer.Data = UnsafeByteOperations.UnsafeWrap(found.Read());
                bytes += answer.Data.Length;
                answer.Etag = found.Etag.ToString();
                if (found.ExpiryText is { } expiry)
                {
                    answer.Metadata[StateValue.ExpiryKey] = expiry;
                }
            }

            response.Items.Add(answer);
            if (bytes > AnswersMax * sidecar.Settings.MaxBodySize)
            {
                // A few names of one large value would fill the memory before the answer is found to be too large.
                throw new RpcException(new Status(
                    StatusCode.ResourceExhausted,
                    $"grpc: trying to send message larger than max ({bytes} vs. {sidecar.Settings.MaxBodySize})"));
            }
        }

        return Task.FromResult(response);
    }

    public async Task<Empty> SaveAsync(SaveStateRequest request)
    {
        StateScope scope = sidecar.States.Find(request.StoreName);
        var writes = StateRequest.Rent();
        try
        {
            foreach (SavedItem item in request.States)
            {
                if (item.Key.Length == 0)
                {
                    throw new FailureException(StateFailures.EmptyKey());
                }

                AddUpsert(scope, writes, item, isRaw: !IsJson(item));
            }

            await scope.SaveAsync(writes, writes.Values.WrittenMemory);
            return Nothing;
        }
        finally
        {
            writes.Return();
        }
    }

    public async Task<Empty> TransactAsync(ExecuteStateTransactionRequest request)
    {
        StateScope scope = sidecar.States.Find(request.StoreName);
        var writes = StateRequest.Rent();
        try
        {
            foreach (TransactionalStateOperation operation in request.Operations)
            {
                // Without a request the operation is about the empty key.
                SavedItem item = operation.Request ?? new SavedItem();
                switch (operation.OperationType)
                {
                    case "upsert":
                        AddUpsert(scope, writes, item, isRaw: true);
                        break;
                    case "delete":
                        scope.AddDelete(writes, item.Key, ConditionOf(item.Etag, item.Options));
                        break;
                    default:
                        throw new FailureException(StateFailures.UnknownOperation(operation.OperationType));
                }
            }

            await scope.TransactAsync(writes, writes.Values.WrittenMemory);
            return Nothing;
        }
        finally
        {
            writes.Return();
        }
    }

    public async Task<Empty> DeleteAsync(DeleteStateRequest request)
    {
        StateScope scope = sidecar.States.Find(request.StoreName);
        await scope.DeleteAsync(request.Key, ConditionOf(request.Etag, request.Options));
        return Nothing;
    }

    public async Task<Empty> DeleteBulkAsync(DeleteBulkStateRequest request)
    {
        StateScope scope = sidecar.States.Find(request.StoreName);
        var deletions = StateRequest.Rent();
        try
        {
            foreach (SavedItem item in request.States)
            {
                scope.AddDelete(deletions, item.Key, ConditionOf(item.Etag, item.Options));
            }

            await scope.DeleteManyAsync(deletions);
            return Nothing;
        }
        finally
        {
            deletions.Return();
        }
    }

    public Task<QueryStateResponse> Query(QueryStateRequest request) =>
        throw new FailureException(StateFailures.QueryNotSupported(sidecar.States.Find(request.StoreName).Name));

    /// <summary>Only a save, and only with exactly this type, has its value decoded and encoded again; then it must be JSON.</summary>
    private static bool IsJson(SavedItem item) => item.Metadata.GetValueOrDefault("contentType") == "application/json";

    private static void AddUpsert(StateScope scope, StateRequest writes, SavedItem item, bool isRaw)
    {
        ReadOnlySpan<byte> value = item.Value.Span;
        scope.AddUpsert(
            writes, item.Key, value, isRaw, ConditionOf(item.Etag, item.Options), item.Metadata.GetValueOrDefault(TimeToLiveKey));
        if (!isRaw && !GoJson.TryWrite(new ByteBuffer(value.Length + 16), value, keepDigits: false))
        {
            throw new RpcException(new Status(StatusCode.Unknown, GoSyntax.DescribeWhole(value)));
        }
    }

    private static Condition ConditionOf(Etag? etag, StateOptions? options) =>
        new(etag?.Value, options?.Concurrency == StateOptions.Types.StateConcurrency.ConcurrencyFirstWrite);
}
