using System.Text.Json;
using Dapr.Client.Autogen.Grpc.v1;
using Google.Protobuf;
using Google.Rpc;
using Grpc.Core;
using LocalSidecar.Tests.Support;
using TestSupport;
using CallMetadata = Grpc.Core.Metadata;
using DaprClient = Dapr.Client.Autogen.Grpc.v1.Dapr.DaprClient;

namespace LocalSidecar.Tests.Api.Grpc;

public sealed class PublishTests : IAsyncLifetime
{
    private const string Trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    private const string NoTrace = "00-00000000000000000000000000000000-0000000000000000-00";

    private const string Subscriptions = """
        [{"pubsubname":"bus","topic":"ok","route":"/ok"},
         {"pubsubname":"bus","topic":"raw","route":"/raw","metadata":{"rawPayload":"true"}}]
        """;

    private TestApp _app = null!;
    private TestSidecar _sidecar = null!;
    private DaprClient _dapr = null!;

    public async Task InitializeAsync()
    {
        _app = await TestApp.StartAsync(FreePort.Next(), Subscriptions);
        _sidecar = await TestSidecar.StartAsync([("worker", _app.Port)]);
        await _sidecar.ReadyAsync();
        _dapr = _sidecar.Dapr();
    }

    public async Task DisposeAsync()
    {
        await _sidecar.DisposeAsync();
        await _app.DisposeAsync();
    }

    [Theory]
    [InlineData("application/json", "{ \"id\":9007199254740993 }", "{\"id\":9007199254740993}", "application/json")]
    [InlineData("application/json; charset=utf-8", "[1, 2]", "[1,2]", "application/json; charset=utf-8")]
    [InlineData("application/json", "{no JSON", "\"{no JSON\"", "application/json")]
    [InlineData("application/json", "{} x", "\"{} x\"", "application/json")]
    [InlineData("application/json", "", "\"\"", "application/json")]
    [InlineData("", "{\"a\":1}", "\"{\\\"a\\\":1}\"", "text/plain")]
    [InlineData("text/plain", "hällo", "\"hällo\"", "text/plain")]
    public async Task Publish_Data_ArrivesInAnEnvelopeAsItsTypeSays(string contentType, string data, string expected, string type)
    {
        await _dapr.PublishEventAsync(Event("ok", data, contentType));

        JsonElement envelope = (await DeliveredAsync()).Json;
        Assert.Equal(expected, envelope.GetProperty("data").GetRawText());
        Assert.Equal(
            (type, "worker", "com.dapr.event.sent", "1.0", "bus", "ok", "", "", ""),
            (Text("datacontenttype"), Text("source"), Text("type"), Text("specversion"), Text("pubsubname"), Text("topic"),
                Text("traceid"), Text("traceparent"), Text("tracestate")));

        string Text(string name) => envelope.GetProperty(name).GetString()!;
    }

    [Theory]
    [InlineData("application/octet-stream")]
    [InlineData("application/x-protobuf")]
    public async Task Publish_Bytes_ArriveAsBase64(string contentType)
    {
        await _dapr.PublishEventAsync(new PublishEventRequest
        {
            PubsubName = "bus",
            Topic = "ok",
            DataContentType = contentType,
            Data = ByteString.CopyFrom(0, 255, 1),
        });

        Assert.Equal("AP8B", (await DeliveredAsync()).Json.GetProperty("data_base64").GetString());
    }

    [Theory]
    [InlineData("traceparent")]
    [InlineData("grpc-trace-bin")]
    public async Task Publish_WithATrace_IsPartOfItAndTheAnswerSaysSo(string key)
    {
        byte[] binary = [0, 0, .. Convert.FromHexString(Trace[3..35]), 1, .. Convert.FromHexString(Trace[36..52]), 2, 1];
        CallMetadata trace = key == "traceparent" ? new CallMetadata { { key, Trace } } : new CallMetadata { { key, binary } };
        trace.Add("tracestate", "not=kept");

        using AsyncUnaryCall<Google.Protobuf.WellKnownTypes.Empty> call = _dapr.PublishEventAsync(Event("ok", "1"), trace);
        CallMetadata headers = await call.ResponseHeadersAsync;
        await call;

        Received received = await DeliveredAsync();
        Assert.Equal(Trace, received.Headers["Traceparent"]);
        Assert.Equal(
            (Trace, Trace, ""),
            (received.Json.GetProperty("traceid").GetString(), received.Json.GetProperty("traceparent").GetString(),
                received.Json.GetProperty("tracestate").GetString()));
        Assert.Equal(binary, headers.GetValueBytes("grpc-trace-bin"));
    }

    [Fact]
    public async Task Publish_WithOverrides_TakesThoseThatAreThePublishersToSay()
    {
        PublishEventRequest request = Event("ok", "1");
        request.Metadata.Add(new Dictionary<string, string>
        {
            ["cloudevent.id"] = "job-1-7",
            ["CLOUDEVENT.TYPE"] = "job.done",
            ["cloudevent.source"] = "me",
            ["cloudevent.subject"] = "job-1",
            ["cloudevent.topic"] = "elsewhere",
            ["cloudevent.traceparent"] = Trace,
            ["ttlInSeconds"] = "60",
        });

        await _dapr.PublishEventAsync(request);

        Received received = await DeliveredAsync();
        Assert.Equal(
            ("job-1-7", "job.done", "me", "job-1", "ok", Trace),
            (Text("id"), Text("type"), Text("source"), Text("subject"), Text("topic"), Text("traceid")));
        Assert.True(received.Json.TryGetProperty("expiration", out _));
        Assert.Equal(("job-1-7", "60"), (received.Headers["Cloudevent.id"].ToString(), received.Headers["Ttlinseconds"].ToString()));

        string? Text(string name) => received.Json.GetProperty(name).GetString();
    }

    [Fact]
    public async Task Publish_CloudEvent_KeepsItsOwnMembersButTopicAndPubSub()
    {
        await _dapr.PublishEventAsync(Event(
            "ok",
            """
            {"specversion":"1.0","id":"mine","type":"t","source":"s","topic":"elsewhere","time":"2020-01-01T00:00:00Z","data":{"x":1},
             "traceid":"own","traceparent":"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"}
            """,
            "application/cloudevents+json"));

        Received received = await DeliveredAsync();
        Assert.Equal(
            ("mine", "ok", "bus", "2020-01-01T00:00:00Z", "own", Trace),
            (Text("id"), Text("topic"), Text("pubsubname"), Text("time"), Text("traceid"), Text("traceparent")));
        Assert.Equal(Trace, received.Headers["Traceparent"]);

        string? Text(string name) => received.Json.GetProperty(name).GetString();
    }

    [Fact]
    public async Task Publish_Raw_ArrivesAsItIsWithATraceBesideIt()
    {
        PublishEventRequest request = Event("raw", "{ \"raw\":1 }");
        request.Metadata["rawPayload"] = "true";

        await _dapr.PublishEventAsync(request);

        Received received = await DeliveredAsync();
        Assert.Equal("{ \"raw\":1 }", System.Text.Encoding.UTF8.GetString(received.Json.GetProperty("data_base64").GetBytesFromBase64()));
        Assert.Equal(("", ""), (received.Json.GetProperty("traceid").GetString(), received.Json.GetProperty("tracestate").GetString()));
        Assert.Equal(
            ("true", "", NoTrace),
            (received.Headers["Rawpayload"].ToString(), received.Headers["Traceid"].ToString(),
                received.Headers["Traceparent"].ToString()));
        Assert.DoesNotContain("Tracestate", received.Headers.Keys);
    }

    [Theory]
    [InlineData("", "ok", "pubsub name is empty", "DAPR_PUBSUB_NAME_EMPTY", true)]
    [InlineData("bus", "", "topic is empty in pubsub bus", "DAPR_PUBSUB_TOPIC_NAME_EMPTY", true)]
    [InlineData("nope", "ok", "pubsub nope is not found", "DAPR_PUBSUB_NOT_FOUND", false)]
    public async Task Publish_WithoutTarget_IsInvalidArgument(string pubsub, string topic, string message, string reason, bool hasResource)
    {
        var request = new PublishEventRequest { PubsubName = pubsub, Topic = topic };
        var bulk = new BulkPublishRequest { PubsubName = pubsub, Topic = topic, Entries = { Entry("1", "1") } };

        Refusal[] refusals =
        [
            await Refusal.OfAsync(_dapr.PublishEventAsync(request)),
            await Refusal.OfAsync(_dapr.BulkPublishEventAsync(bulk)),
        ];

        Assert.All(refusals, refusal =>
        {
            Assert.Equal((StatusCode.InvalidArgument, message, reason), (refusal.Code, refusal.Message, refusal.Reason));
            Assert.Equal(
                hasResource ? [message] : [], refusal.Details.OfType<ResourceInfo>().Select(static resource => resource.Description));
        });
    }

    [Fact]
    public async Task Publish_RawThatIsNoBoolean_IsInvalidArgument()
    {
        PublishEventRequest request = Event("ok", "1");
        request.Metadata["rawPayload"] = "maybe";

        Refusal refusal = await Refusal.OfAsync(_dapr.PublishEventAsync(request));

        Assert.Equal((StatusCode.InvalidArgument, "DAPR_PUBSUB_METADATA_DESERIALIZATION"), (refusal.Code, refusal.Reason));
        Assert.Equal("failed deserializing metadata. Error: rawPayload value must be a valid boolean: actual is 'maybe'", refusal.Message);
    }

    [Fact]
    public async Task Publish_CloudEventThatIsNoJson_IsInvalidArgumentInGosWords()
    {
        Refusal refusal = await Refusal.OfAsync(_dapr.PublishEventAsync(Event("ok", "{nope", "application/cloudevents+json")));

        Assert.Equal(
            (StatusCode.InvalidArgument, "cannot create cloudevent", "DAPR_PUBSUB_CLOUD_EVENT_CREATION"),
            (refusal.Code, refusal.Message, refusal.Reason));
        Assert.Equal("invalid character 'n' looking for beginning of object key string", refusal.Info!.Metadata["error"]);
    }

    [Theory]
    [InlineData("BulkPublishEvent")]
    [InlineData("BulkPublishEventAlpha1")]
    public async Task BulkPublish_EitherName_ArrivesInOrder(string name)
    {
        BulkPublishRequest request = Bulk(Entry("1", "{\"n\":1}"), Entry("2", "text", "text/plain"), Entry("3", "[ 3 ]"));

        BulkPublishResponse answer = await _sidecar.CallAsync<BulkPublishRequest, BulkPublishResponse>(name, request);

        Assert.Empty(answer.FailedEntries);
        await Eventually.TrueAsync(() => _app.Received.Count == 3, "all have arrived");
        Assert.Equal(
            ["{\"n\":1}", "\"text\"", "[3]"], _app.Received.Select(static received => received.Json.GetProperty("data").GetRawText()));
    }

    [Fact]
    public async Task BulkPublish_RequestMetadata_ReachOnlyEntriesThatHaveTheirOwn()
    {
        BulkPublishRequestEntry own = Entry("2", "2");
        own.Metadata["cloudevent.type"] = "from.entry";
        BulkPublishRequestEntry other = Entry("3", "3");
        other.Metadata["x"] = "y";
        BulkPublishRequest request = Bulk(Entry("1", "1"), own, other);
        request.Metadata["cloudevent.type"] = "from.request";

        await _dapr.BulkPublishEventAsync(request);

        await Eventually.TrueAsync(() => _app.Received.Count == 3, "all have arrived");
        Assert.Equal(
            ["com.dapr.event.sent", "from.entry", "from.request"],
            _app.Received.Select(static received => received.Json.GetProperty("type").GetString()));
    }

    [Theory]
    [InlineData("1", "1", "application/json", "DAPR_PUBSUB_MARSHAL_EVENTS")]
    [InlineData("", "1", "application/json", "DAPR_PUBSUB_MARSHAL_EVENTS")]
    [InlineData("2", "{nope", "application/cloudevents+json", "DAPR_PUBSUB_CLOUD_EVENT_CREATION")]
    public async Task BulkPublish_OneBadEntry_RefusesThemAll(string id, string data, string contentType, string reason)
    {
        Refusal refusal = await Refusal.OfAsync(_dapr.BulkPublishEventAsync(Bulk(Entry("1", "1"), Entry(id, data, contentType))));
        await _dapr.PublishEventAsync(Event("ok", "\"after\""));

        Assert.Equal((StatusCode.InvalidArgument, reason), (refusal.Code, refusal.Reason));
        Assert.Equal("after", (await DeliveredAsync()).Json.GetProperty("data").GetString());
    }

    private async Task<Received> DeliveredAsync()
    {
        await Eventually.TrueAsync(() => !_app.Received.IsEmpty, "the event has arrived");
        return Assert.Single(_app.Received);
    }

    private static PublishEventRequest Event(string topic, string data, string contentType = "application/json") =>
        new() { PubsubName = "bus", Topic = topic, Data = ByteString.CopyFromUtf8(data), DataContentType = contentType };

    private static BulkPublishRequest Bulk(params BulkPublishRequestEntry[] entries) =>
        new() { PubsubName = "bus", Topic = "ok", Entries = { entries } };

    private static BulkPublishRequestEntry Entry(string id, string data, string contentType = "application/json") =>
        new() { EntryId = id, Event = ByteString.CopyFromUtf8(data), ContentType = contentType };
}
