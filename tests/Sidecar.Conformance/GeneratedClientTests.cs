using System.Text.Json;
using Dapr.AppCallback.Autogen.Grpc.v1;
using Dapr.Client.Autogen.Grpc.v1;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Grpc.Net.Client;
using Sidecar.Conformance.Running;
using EventStatus = Dapr.AppCallback.Autogen.Grpc.v1.TopicEventResponse.Types.TopicEventResponseStatus;
using Generated = Dapr.Client.Autogen.Grpc.v1.Dapr.DaprClient;

namespace Sidecar.Conformance;

/// <summary>The client that is generated from Dapr's protos, on a channel of our own: what <c>DaprClient</c> does not show.</summary>
public sealed class GeneratedClientTests : IClassFixture<SubscribingApp>, IDisposable
{
    private static readonly Metadata Token = new() { { "dapr-api-token", SubscribingApp.SidecarToken } };

    private readonly SubscribingApp _app;
    private readonly GrpcChannel _channel;
    private readonly Generated _client;

    public GeneratedClientTests(SubscribingApp app)
    {
        _app = app;
        _channel = GrpcChannel.ForAddress(app.GrpcAddress, new GrpcChannelOptions { MaxReceiveMessageSize = null });
        _client = new Generated(_channel);
    }

    [LocalFact]
    public async Task State_BytesWrittenByATransaction_ComeBackAsTheyWere()
    {
        byte[] value = [0x00, 0xFF, 0x01, (byte)' '];
        string key = NewKey();

        await _client.ExecuteStateTransactionAsync(Transaction(Upsert(key, value)), Token);

        GetStateResponse answer = await _client.GetStateAsync(new GetStateRequest { StoreName = "jobs", Key = key }, Token);
        Assert.Equal(value, answer.Data.ToByteArray());
        Assert.NotEqual("", answer.Etag);
    }

    [LocalFact]
    public async Task BulkGet_OneKeyAbsent_GivesItWithoutETagAndWithoutError()
    {
        (string there, string absent) = (NewKey(), NewKey());
        await _client.SaveStateAsync(Save(there, "1"), Token);

        GetBulkStateResponse answer = await _client.GetBulkStateAsync(
            new GetBulkStateRequest { StoreName = "jobs", Keys = { there, absent }, Parallelism = 10 }, Token);

        Assert.Equal([(there, "1", ""), (absent, "", "")], answer.Items.Select(item => (item.Key, item.Data.ToStringUtf8(), item.Error)));
        Assert.Equal([false, true], answer.Items.Select(item => item.Etag.Length == 0));
    }

    [LocalFact]
    public async Task Save_StaleETag_IsAbortedWithDetails()
    {
        string key = NewKey();
        await _client.SaveStateAsync(Save(key, "1"), Token);
        SaveStateRequest stale = Save(key, "2");
        stale.States[0].Etag = new Etag { Value = Guid.NewGuid().ToString() };

        RpcException failure = await Assert.ThrowsAsync<RpcException>(async () => await _client.SaveStateAsync(stale, Token));

        Assert.Equal(StatusCode.Aborted, failure.StatusCode);
        Google.Rpc.Status status = Google.Rpc.Status.Parser.ParseFrom(failure.Trailers.GetValueBytes("grpc-status-details-bin"));
        Assert.Equal("ERR_STATE_SAVE", Assert.Single(status.Details).Unpack<Google.Rpc.ErrorInfo>().Reason);
    }

    [LocalFact]
    public async Task Transaction_OneStaleETag_IsInternalAndAppliesNothing()
    {
        (string head, string document) = (NewKey(), NewKey());
        TransactionalStateOperation stale = Upsert(head, "1"u8.ToArray());
        stale.Request.Etag = new Etag { Value = Guid.NewGuid().ToString() };

        RpcException failure = await Assert.ThrowsAsync<RpcException>(
            async () => await _client.ExecuteStateTransactionAsync(Transaction(Upsert(document, "1"u8.ToArray()), stale), Token));

        Assert.Equal(StatusCode.Internal, failure.StatusCode);
        Assert.Contains("possible etag mismatch", failure.Status.Detail, StringComparison.Ordinal);
        GetStateResponse answer = await _client.GetStateAsync(new GetStateRequest { StoreName = "jobs", Key = document }, Token);
        Assert.Equal("", answer.Etag);
    }

    [LocalFact]
    public async Task DeleteBulk_SeveralKeys_DeletesThem()
    {
        string[] keys = [NewKey(), NewKey()];
        foreach (string key in keys)
        {
            await _client.SaveStateAsync(Save(key, "1"), Token);
        }

        await _client.DeleteBulkStateAsync(
            new DeleteBulkStateRequest { StoreName = "jobs", States = { keys.Select(key => new StateItem { Key = key }) } }, Token);

        GetBulkStateRequest all = new() { StoreName = "jobs", Keys = { keys } };
        GetBulkStateResponse answer = await _client.GetBulkStateAsync(all, Token);
        Assert.All(answer.Items, item => Assert.Equal("", item.Etag));
    }

    [LocalFact]
    public async Task Request_OverFourMebibytes_IsRefusedAndNothingWritten()
    {
        string key = NewKey();

        RpcException failure = await Assert.ThrowsAsync<RpcException>(
            async () => await _client.SaveStateAsync(Save(key, new string('x', 4 * 1024 * 1024)), Token));

        Assert.Equal(StatusCode.ResourceExhausted, failure.StatusCode);
        GetStateResponse answer = await _client.GetStateAsync(new GetStateRequest { StoreName = "jobs", Key = key }, Token);
        Assert.Equal("", answer.Etag);
    }

    [LocalFact]
    public async Task Token_MissingOrWrong_IsUnauthenticated()
    {
        GetStateRequest request = new() { StoreName = "jobs", Key = "any" };

        RpcException missing = await Assert.ThrowsAsync<RpcException>(async () => await _client.GetStateAsync(request));
        RpcException wrong = await Assert.ThrowsAsync<RpcException>(
            async () => await _client.GetStateAsync(request, new Metadata { { "dapr-api-token", "guessed" } }));

        Assert.Equal((StatusCode.Unauthenticated, StatusCode.Unauthenticated), (missing.StatusCode, wrong.StatusCode));
    }

    [LocalFact]
    public async Task Invoke_ItsOwnApp_IsAnswered()
    {
        InvokeServiceRequest request = new()
        {
            Id = "worker",
            Message = new InvokeRequest
            {
                Method = "greet",
                ContentType = "application/json",
                Data = new Any { Value = ByteString.CopyFromUtf8("""{"name":"you"}""") },
                HttpExtension = new HTTPExtension { Verb = HTTPExtension.Types.Verb.Post },
            },
        };

        InvokeResponse answer = await _client.InvokeServiceAsync(request, Token);

        Assert.Equal("""{"hello":"you"}""", answer.Data.Value.ToStringUtf8());
    }

    [LocalFact]
    public async Task BulkPublish_Events_ReachTheAppInOrder()
    {
        string batch = NewKey();
        BulkPublishRequest request = new() { PubsubName = "bus", Topic = "jobs" };
        request.Entries.AddRange(Enumerable.Range(0, 50).Select(number => new BulkPublishRequestEntry
        {
            EntryId = $"{number}",
            ContentType = "application/json",
            Event = ByteString.CopyFromUtf8($$"""{"batch":"{{batch}}","number":{{number}}}"""),
        }));

        BulkPublishResponse answer = await _client.BulkPublishEventAsync(request, Token);

        Assert.Empty(answer.FailedEntries);
        IReadOnlyList<JsonElement> received = await _app.ReceivedAsync(
            "/others", 50, data => data.GetProperty("batch").GetString() == batch);
        Assert.Equal(Enumerable.Range(0, 50), received.Select(data => data.GetProperty("number").GetInt32()));
    }

    [LocalFact]
    public async Task Stream_EventAnsweredWithRetry_ComesAgainUntilItSucceeds()
    {
        using AsyncDuplexStreamingCall<SubscribeTopicEventsRequestAlpha1, SubscribeTopicEventsResponseAlpha1> stream =
            _client.SubscribeTopicEventsAlpha1(Token, deadline: DateTime.UtcNow.AddSeconds(30));
        string topic = NewKey();
        SubscribeTopicEventsRequestInitialAlpha1 initial = new() { PubsubName = "bus", Topic = topic };
        await stream.RequestStream.WriteAsync(new SubscribeTopicEventsRequestAlpha1 { InitialRequest = initial });
        Assert.True(await stream.ResponseStream.MoveNext());
        Assert.NotNull(stream.ResponseStream.Current.InitialResponse);

        await _client.PublishEventAsync(
            new PublishEventRequest
            {
                PubsubName = "bus",
                Topic = topic,
                Data = ByteString.CopyFromUtf8("hello"),
                DataContentType = "text/plain",
            },
            Token);

        string first = await NextAsync(stream, EventStatus.Retry);
        string second = await NextAsync(stream, EventStatus.Success);
        Assert.Equal(first, second);
    }

    [LocalFact]
    public async Task Lock_WhichLocalSidecarHasNot_IsUnimplementedInASentence()
    {
        TryLockRequest request = new() { StoreName = "locks", ResourceId = "r", LockOwner = "o" };

        RpcException failure = await Assert.ThrowsAsync<RpcException>(async () => await _client.TryLockAlpha1Async(request, Token));

        Assert.Equal(StatusCode.Unimplemented, failure.StatusCode);
        Assert.Contains("LocalSidecar", failure.Status.Detail, StringComparison.Ordinal);
    }

    public void Dispose() => _channel.Dispose();

    /// <summary>Takes the next event of a stream and answers it; its id.</summary>
    private static async Task<string> NextAsync(
        AsyncDuplexStreamingCall<SubscribeTopicEventsRequestAlpha1, SubscribeTopicEventsResponseAlpha1> stream,
        EventStatus status)
    {
        Assert.True(await stream.ResponseStream.MoveNext());
        TopicEventRequest message = stream.ResponseStream.Current.EventMessage;
        Assert.Equal("hello", message.Data.ToStringUtf8());
        SubscribeTopicEventsRequestProcessedAlpha1 processed = new() { Id = message.Id, Status = new() { Status = status } };
        await stream.RequestStream.WriteAsync(new SubscribeTopicEventsRequestAlpha1 { EventProcessed = processed });
        return message.Id;
    }

    private static string NewKey() => Guid.NewGuid().ToString();

    private static SaveStateRequest Save(string key, string value) => new()
    {
        StoreName = "jobs",
        States = { new StateItem { Key = key, Value = ByteString.CopyFromUtf8(value) } },
    };

    private static TransactionalStateOperation Upsert(string key, byte[] value) => new()
    {
        OperationType = "upsert",
        Request = new StateItem { Key = key, Value = ByteString.CopyFrom(value) },
    };

    private static ExecuteStateTransactionRequest Transaction(params TransactionalStateOperation[] operations) => new()
    {
        StoreName = "jobs",
        Operations = { operations },
    };
}
