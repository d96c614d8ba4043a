using System.Text;
using System.Text.Json;
using LocalSidecar.Apps;
using LocalSidecar.CommandLine;
using LocalSidecar.Errors;
using LocalSidecar.PubSub;
using LocalSidecar.Resources;
using LocalSidecar.Tests.Support;

namespace LocalSidecar.Tests.PubSub;

public sealed class PublicationTests : IAsyncLifetime
{
    private const string Trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    private static readonly Dictionary<string, string> None = [];

    private readonly Store _store = Store.InMemory();
    private readonly AppTopics _topics;
    private SubscriptionQueue _queue = null!;

    public PublicationTests()
    {
        var metadata = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase) { ["publishingScopes"] = "worker=t,other" };
        var component = new Component("bus", Component.PubSubType, "v1", metadata, [], "components.yaml");
        var app = new App(new AppSettings { AppId = "worker" }, token: null);
        _topics = new AppTopics(app, _store.Ledger.Bus, [component], ResourceSet.Read([]));
    }

    public async Task InitializeAsync() => _queue = await _store.Ledger.Bus.SubscribeAsync("worker", "bus", "t");

    public Task DisposeAsync()
    {
        _topics.App.Channel.Dispose();
        _store.Dispose();
        return Task.CompletedTask;
    }

    [Theory]
    [InlineData("nope", "t", FailureKind.PubSubNotFound, "DAPR_PUBSUB_NOT_FOUND", "pubsub nope is not found")]
    [InlineData("bus", "secret", FailureKind.TopicForbidden, "DAPR_PUBSUB_FORBIDDEN", "topic secret is not allowed for app id worker")]
    internal void Publication_WhereTheAppMayNot_IsRefused(string pubsub, string topic, FailureKind kind, string reason, string message)
    {
        Failure failure = Assert.Throws<FailureException>(() => _topics.Publication(pubsub, topic, None, default)).Failure;

        Assert.Equal((kind, reason, message), (failure.Kind, failure.Reason, failure.Message));
    }

    [Fact]
    public async Task PublishAsync_One_PutsTheEnvelopeAroundItUnlessItIsRaw()
    {
        await To(None).PublishAsync("""{ "a": 1 }"""u8.ToArray(), "application/json");
        await To(new Dictionary<string, string> { ["rawPayload"] = "true" }).PublishAsync("as it is"u8.ToArray(), "text/plain");

        Message[] messages = Messages();
        JsonElement envelope = JsonSerializer.Deserialize<JsonElement>(messages[0].Bytes);
        Assert.Equal(
            ("""{"a":1}""", "worker", "t"),
            (envelope.GetProperty("data").GetRawText(), Text(envelope, "source"), Text(envelope, "topic")));
        Assert.Equal((Trace, "vendor=1", Trace), (Text(envelope, "traceparent"), Text(envelope, "tracestate"), messages[0].TraceParent));
        Assert.Equal((false, true, "as it is"), (messages[0].IsRaw, messages[1].IsRaw, Encoding.UTF8.GetString(messages[1].Bytes)));
    }

    [Fact]
    public async Task PublishAsync_Many_KeepsTheirOrderAndTheirOwnMetadata()
    {
        BulkEvent[] entries =
        [
            new("1", "text/plain", new Dictionary<string, string> { ["k"] = "v" }, "first"u8.ToArray()),
            new("2", "text/plain", None, "second"u8.ToArray()),
        ];

        await To(None).PublishAsync(entries, bytes: 0);

        Message[] messages = Messages();
        Assert.Equal(
            ["first", "second"], messages.Select(static message => Text(JsonSerializer.Deserialize<JsonElement>(message.Bytes), "data")));
        Assert.Equal([1, 0], messages.Select(static message => message.Metadata.Count));
    }

    [Theory]
    [InlineData("1")]
    [InlineData("")]
    public async Task PublishAsync_ManyWithABadEntryId_PublishesNone(string second)
    {
        BulkEvent[] entries = [new("1", "text/plain", None, "a"u8.ToArray()), new(second, "text/plain", None, "b"u8.ToArray())];

        Failure failure = (await Assert.ThrowsAsync<FailureException>(() => To(None).PublishAsync(entries, bytes: 0))).Failure;

        Assert.Equal((FailureKind.BulkPublish, "DAPR_PUBSUB_MARSHAL_EVENTS"), (failure.Kind, failure.Reason));
        Assert.Equal(("worker", "entryId is duplicated or not present for entry"), (failure.Facts!["appID"], failure.Facts["error"]));
        Assert.Equal(("pubsub", "bus", failure.Message), (failure.Resource!.Type, failure.Resource.Name, failure.Resource.Description));
        Assert.Empty(Messages());
    }

    [Fact]
    public async Task PublishAsync_CloudEventThatIsNone_IsRefused()
    {
        Failure failure = (await Assert.ThrowsAsync<FailureException>(
            () => To(None).PublishAsync("{nope"u8.ToArray(), "application/cloudevents+json"))).Failure;

        Assert.Equal((FailureKind.CloudEvent, "cannot create cloudevent"), (failure.Kind, failure.Message));
        Assert.Empty(Messages());
    }

    [Fact]
    public async Task PublishAsync_RawPayloadThatIsNoBoolean_IsRefusedWithTheMetadata()
    {
        var metadata = new Dictionary<string, string> { ["rawPayload"] = "maybe" };

        Failure failure = (await Assert.ThrowsAsync<FailureException>(() => To(metadata).PublishAsync("1"u8.ToArray(), ""))).Failure;

        Assert.Equal((FailureKind.PublishMetadata, "DAPR_PUBSUB_METADATA_DESERIALIZATION"), (failure.Kind, failure.Reason));
        Assert.Same(metadata, failure.Facts);
    }

    private Publication To(Dictionary<string, string> metadata) =>
        _topics.Publication("bus", "t", metadata, new PublisherTrace(Trace, "vendor=1"));

    private Message[] Messages() => [.. _store.Ledger.Bus.Peek(_queue, 10).Select(_store.Ledger.Bus.Read)];

    private static string? Text(JsonElement of, string name) => of.GetProperty(name).GetString();
}
