using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;

namespace Dapr.Client.Http;

internal sealed partial class HttpDaprClient
{
    private const string Publish = "Publish operation";
    private const string CloudEvents = "application/cloudevents+json";

    public override Task PublishEventAsync<TData>(
        string pubsubName, string topicName, TData data, CancellationToken cancellationToken = default) =>
        PublishAsync(pubsubName, topicName, data, metadata: null, cancellationToken);

    public override Task PublishEventAsync<TData>(
        string pubsubName,
        string topicName,
        TData data,
        Dictionary<string, string> metadata,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(metadata);
        return PublishAsync(pubsubName, topicName, data, metadata, cancellationToken);
    }

    public override Task PublishEventAsync(string pubsubName, string topicName, CancellationToken cancellationToken = default) =>
        PublishAsync(pubsubName, topicName, content: null, metadata: null, cancellationToken);

    public override Task PublishEventAsync(
        string pubsubName,
        string topicName,
        Dictionary<string, string> metadata,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(metadata);
        return PublishAsync(pubsubName, topicName, content: null, metadata, cancellationToken);
    }

    public override Task PublishByteEventAsync(
        string pubsubName,
        string topicName,
        ReadOnlyMemory<byte> data,
        string dataContentType = "application/json",
        Dictionary<string, string>? metadata = default,
        CancellationToken cancellationToken = default)
    {
        var content = new ReadOnlyMemoryContent(data);
        content.Headers.TryAddWithoutValidation("Content-Type", dataContentType);
        return PublishAsync(pubsubName, topicName, content, metadata, cancellationToken);
    }

    public override async Task<BulkPublishResponse<TValue>> BulkPublishEventAsync<TValue>(
        string pubsubName,
        string topicName,
        IReadOnlyList<TValue> events,
        Dictionary<string, string>? metadata = default,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(events);
        using var body = BulkPublish.Write(events, JsonSerializerOptions);
        var uri = Topic("/v1.0/publish/bulk", pubsubName, topicName).Metadata(metadata).ToUri();
        using var request = Request(HttpMethod.Post, uri, JsonBody(body));
        using var response = await SendAsync(Publish, request, cancellationToken);
        if (response.IsSuccessStatusCode)
            return new BulkPublishResponse<TValue>([]);

        using var answer = await BodyAsync(Publish, response, cancellationToken);
        return BulkPublish.ReadFailures(answer.Span, events) is { } failed && response.StatusCode is HttpStatusCode.InternalServerError
            ? new BulkPublishResponse<TValue>(failed)
            : throw SidecarError.Refused(Publish, response.StatusCode, answer.Span);
    }

    private async Task PublishAsync<TData>(
        string pubsubName, string topicName, TData data, Dictionary<string, string>? metadata, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(data);
        using var body = new PooledBuffer(capacity: 0);
        await using (var writer = new Utf8JsonWriter(body))
            JsonSerializer.Serialize(writer, data, JsonSerializerOptions);

        var content = new ReadOnlyMemoryContent(body.Memory);
        content.Headers.ContentType = data is CloudEvent ? new MediaTypeHeaderValue(CloudEvents) : Json;
        await PublishAsync(pubsubName, topicName, content, metadata, cancellationToken);
    }

    private Task PublishAsync(
        string pubsubName,
        string topicName,
        ReadOnlyMemoryContent? content,
        Dictionary<string, string>? metadata,
        CancellationToken cancellationToken)
    {
        var uri = Topic("/v1.0/publish", pubsubName, topicName).Metadata(metadata).ToUri();
        return SendAndForgetAsync(Publish, Request(HttpMethod.Post, uri, content), cancellationToken);
    }

    private SidecarUrl Topic(string route, string pubsubName, string topicName)
    {
        ArgumentException.ThrowIfNullOrEmpty(pubsubName);
        ArgumentException.ThrowIfNullOrEmpty(topicName);
        return new SidecarUrl(_base, route).Segment(pubsubName).Topic(topicName);
    }
}
