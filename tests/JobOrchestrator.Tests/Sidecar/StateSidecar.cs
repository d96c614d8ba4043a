using System.Globalization;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Autogen = Dapr.Client.Autogen.Grpc.v1;

namespace JobOrchestrator.Tests.Sidecar;

/// <summary>As much of a sidecar as the service needs: state in memory with ETags and transactions, a broker that takes all.</summary>
internal sealed class StateSidecar
{
    private readonly Dictionary<string, (ByteString Value, string ETag)> _documents = []; // also its own lock
    private long _versions;

    public IReadOnlyList<string> KeysNow
    {
        get
        {
            lock (_documents)
            {
                return [.. _documents.Keys];
            }
        }
    }

    /// <summary>A document that is there from the beginning.</summary>
    public void Keep(string key, string json)
    {
        lock (_documents)
        {
            Put(new Autogen.StateItem { Key = key, Value = ByteString.CopyFromUtf8(json) });
        }
    }

    public async Task AnswerAsync(HttpContext http)
    {
        switch (GrpcServer.MethodOf(http))
        {
            case "GetMetadata":
                var jobs = new Autogen.RegisteredComponents { Name = "jobs", Type = "state.in-memory", Version = "v1" };
                await GrpcServer.AnswerAsync(http, new Autogen.GetMetadataResponse { RegisteredComponents = { jobs } });
                break;
            case "GetState":
                await GrpcServer.AnswerAsync(http, Get(await GrpcServer.ReadAsync<Autogen.GetStateRequest>(http)));
                break;
            case "GetBulkState":
                await GrpcServer.AnswerAsync(http, Get(await GrpcServer.ReadAsync<Autogen.GetBulkStateRequest>(http)));
                break;
            case "SaveState":
                await WrittenAsync(http, Save((await GrpcServer.ReadAsync<Autogen.SaveStateRequest>(http)).States[0]), StatusCode.Aborted);
                break;
            case "ExecuteStateTransaction":
                bool isDone = Transact(await GrpcServer.ReadAsync<Autogen.ExecuteStateTransactionRequest>(http));
                await WrittenAsync(http, isDone, StatusCode.Internal);
                break;
            case "BulkPublishEvent":
                await GrpcServer.AnswerAsync(http, new Autogen.BulkPublishResponse());
                break;
            default:
                await GrpcServer.FailAtOnceAsync(http, StatusCode.Unimplemented, "unknown");
                break;
        }
    }

    private static Task WrittenAsync(HttpContext http, bool isWritten, StatusCode refusal) =>
        isWritten ? GrpcServer.AnswerAsync(http, new Empty()) : GrpcServer.FailAsync(http, refusal, "possible etag mismatch");

    private Autogen.GetStateResponse Get(Autogen.GetStateRequest request)
    {
        lock (_documents)
        {
            return _documents.TryGetValue(request.Key, out (ByteString Value, string ETag) document)
                ? new Autogen.GetStateResponse { Data = document.Value, Etag = document.ETag }
                : new Autogen.GetStateResponse();
        }
    }

    private Autogen.GetBulkStateResponse Get(Autogen.GetBulkStateRequest request)
    {
        lock (_documents)
        {
            return new Autogen.GetBulkStateResponse
            {
                Items =
                {
                    request.Keys.Select(key => _documents.TryGetValue(key, out (ByteString Value, string ETag) document)
                        ? new Autogen.BulkStateItem { Key = key, Data = document.Value, Etag = document.ETag }
                        : new Autogen.BulkStateItem { Key = key }),
                },
            };
        }
    }

    private bool Save(Autogen.StateItem item)
    {
        lock (_documents)
        {
            bool passes = item.Etag is null ? !_documents.ContainsKey(item.Key) : Passes(item);
            if (passes)
            {
                Put(item);
            }

            return passes;
        }
    }

    private bool Transact(Autogen.ExecuteStateTransactionRequest request)
    {
        lock (_documents)
        {
            if (!request.Operations.All(operation => Passes(operation.Request)))
            {
                return false;
            }

            foreach (Autogen.TransactionalStateOperation operation in request.Operations)
            {
                if (operation.OperationType == "delete")
                {
                    _documents.Remove(operation.Request.Key);
                }
                else
                {
                    Put(operation.Request);
                }
            }

            return true;
        }
    }

    private bool Passes(Autogen.StateItem item) =>
        item.Etag is not { Value.Length: > 0 } etag
        || (_documents.TryGetValue(item.Key, out (ByteString Value, string ETag) document) && document.ETag == etag.Value);

    private void Put(Autogen.StateItem item) =>
        _documents[item.Key] = (item.Value, (++_versions).ToString(CultureInfo.InvariantCulture));
}
