using System.Text.Json.Serialization;

namespace Dapr.Client.Tests;

public sealed class PublishTests : IAsyncLifetime
{
    private SidecarStub _sidecar = null!;
    private DaprClient _client = null!;

    public async Task InitializeAsync()
    {
        _sidecar = await SidecarStub.StartAsync();
        _client = _sidecar.Client();
    }

    public async Task DisposeAsync()
    {
        _client.Dispose();
        await _sidecar.DisposeAsync();
    }

    [Fact]
    public async Task Publish_Data_IsPostedAsJson()
    {
        await _client.PublishEventAsync("bus", "orders/new", new Document(1));

        var request = _sidecar.Request;
        Assert.Equal(("POST", "/v1.0/publish/bus/orders/new"), (request.Method, request.Target));
        Assert.Equal("application/json", request.Header("Content-Type"));
        Assert.Equal("""{"count":1,"name":null}""", request.Body);
    }

    [Fact]
    public async Task Publish_Metadata_GoesIntoTheQuery()
    {
        await _client.PublishEventAsync("bus", "t", 1, new Dictionary<string, string> { ["cloudevent.id"] = "job-1 7", ["ttlInSeconds"] = "60" });

        Assert.Equal("/v1.0/publish/bus/t?metadata.cloudevent.id=job-1%207&metadata.ttlInSeconds=60", _sidecar.Request.Target);
    }

    [Fact]
    public async Task Publish_Nothing_HasNoBodyAndNoContentType()
    {
        await _client.PublishEventAsync("bus", "t");

        Assert.Equal("", _sidecar.Request.Body);
        Assert.Null(_sidecar.Request.Header("Content-Type"));
    }

    [Fact]
    public async Task Publish_CloudEvent_IsTheEventItself()
    {
        var cloudEvent = new CloudEvent<Document>(new Document(1)) { Type = "job.created", Subject = "job-1", Source = new Uri("jobs", UriKind.Relative) };

        await _client.PublishEventAsync("bus", "t", cloudEvent);

        Assert.Equal("application/cloudevents+json", _sidecar.Request.Header("Content-Type"));
        Assert.Equal(
            """{"data":{"count":1,"name":null},"datacontenttype":"application/json","source":"jobs","type":"job.created","subject":"job-1"}""",
            _sidecar.Request.Body);
    }

    [Fact]
    public async Task PublishBytes_AnyType_GoOutAsTheyAre()
    {
        await _client.PublishByteEventAsync("bus", "t", """{ "a" : 1.0 }"""u8.ToArray(), "application/cloudevents+json");

        Assert.Equal("application/cloudevents+json", _sidecar.Request.Header("Content-Type"));
        Assert.Equal("""{ "a" : 1.0 }""", _sidecar.Request.Body);
    }

    [Fact]
    public async Task Publish_UnknownComponent_ThrowsWithTheSidecarsText()
    {
        _sidecar.AnswerWith(404, """{"errorCode":"ERR_PUBSUB_NOT_FOUND","message":"pubsub nope is not found"}""");

        var failure = await Assert.ThrowsAsync<DaprException>(() => _client.PublishEventAsync("nope", "t", 1));

        Assert.Contains("pubsub nope is not found", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task BulkPublish_Data_HasAnEntryEachNumberedFromZero()
    {
        var response = await _client.BulkPublishEventAsync("bus", "t", new[] { new Document(1), new Document(2) });

        Assert.Empty(response.FailedEntries);
        Assert.Equal("/v1.0/publish/bulk/bus/t", _sidecar.Request.Target);
        Assert.Equal(
            """[{"entryId":"0","event":{"count":1,"name":null},"contentType":"application/json"},{"entryId":"1","event":{"count":2,"name":null},"contentType":"application/json"}]""",
            _sidecar.Request.Body);
    }

    [Fact]
    public async Task BulkPublish_DerivedCloudEvents_GoOutAsWholeEvents()
    {
        var events = new[] { new NumberedEvent(new Document(1)) { Id = "job-1-7", Type = "job.created" } };

        await _client.BulkPublishEventAsync("bus", "t", events, new Dictionary<string, string> { ["ttlInSeconds"] = "60" });

        Assert.Equal("/v1.0/publish/bulk/bus/t?metadata.ttlInSeconds=60", _sidecar.Request.Target);
        Assert.Equal(
            """[{"entryId":"0","event":{"id":"job-1-7","data":{"count":1,"name":null},"datacontenttype":"application/json","source":null,"type":"job.created","subject":null},"contentType":"application/cloudevents+json"}]""",
            _sidecar.Request.Body);
    }

    [Fact]
    public async Task BulkPublish_CloudEventsWrittenBefore_GoOutByteForByte()
    {
        StoredEvent[] events = [new("""{"id":"job-1-7", "data":1.0}"""u8.ToArray())];

        await _client.BulkPublishEventAsync("bus", "t", events);

        Assert.Equal(
            """[{"entryId":"0","event":{"id":"job-1-7", "data":1.0},"contentType":"application/cloudevents+json"}]""",
            _sidecar.Request.Body);
    }

    [Fact]
    public async Task BulkPublish_SomeRefused_AreNamed()
    {
        _sidecar.AnswerWith(500, """{"failedEntries":[{"entryId":"1","error":"broker full"}],"errorCode":"ERR_PUBSUB_PUBLISH_MESSAGE"}""");

        var response = await _client.BulkPublishEventAsync("bus", "t", new[] { "a", "b" });

        var failed = Assert.Single(response.FailedEntries);
        Assert.Equal(("1", "b", "broker full"), (failed.Entry.EntryId, failed.Entry.EventData, failed.ErrorMessage));
    }

    [Theory]
    [InlineData(400, """{"errorCode":"ERR_PUBSUB_EVENTS_SER","message":"entryId is duplicated or not present for entry"}""")]
    [InlineData(500, """{"errorCode":"ERR_PUBSUB_PUBLISH_MESSAGE","message":"broker gone"}""")]
    [InlineData(500, """{"failedEntries":[{"entryId":"77"}]}""")]
    public async Task BulkPublish_AllRefused_Throws(int status, string body)
    {
        _sidecar.AnswerWith(status, body);

        await Assert.ThrowsAsync<DaprException>(() => _client.BulkPublishEventAsync("bus", "t", new[] { "a" }));
    }

    private sealed class NumberedEvent(Document data) : CloudEvent<Document>(data)
    {
        [JsonPropertyName("id")]
        [JsonPropertyOrder(-1)]
        public required string Id { get; init; }
    }
}
