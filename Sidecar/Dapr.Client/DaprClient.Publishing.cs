namespace Dapr.Client;

public abstract partial class DaprClient
{
    /// <summary>
    /// Publishes one event. A <see cref="CloudEvent"/> (or a class derived from it) goes out as the event itself;
    /// anything else becomes its JSON data.
    /// </summary>
    public abstract Task PublishEventAsync<TData>(
        string pubsubName,
        string topicName,
        TData data,
        CancellationToken cancellationToken = default);

    /// <summary>Publishes one event with metadata such as <c>ttlInSeconds</c> or <c>cloudevent.id</c>.</summary>
    public abstract Task PublishEventAsync<TData>(
        string pubsubName,
        string topicName,
        TData data,
        Dictionary<string, string> metadata,
        CancellationToken cancellationToken = default);

    /// <summary>Publishes one event without data.</summary>
    public abstract Task PublishEventAsync(string pubsubName, string topicName, CancellationToken cancellationToken = default);

    /// <summary>Publishes one event without data, with metadata.</summary>
    public abstract Task PublishEventAsync(
        string pubsubName,
        string topicName,
        Dictionary<string, string> metadata,
        CancellationToken cancellationToken = default);

    /// <summary>Publishes bytes as they are.</summary>
    /// <param name="pubsubName">The pub/sub component.</param>
    /// <param name="topicName">The topic.</param>
    /// <param name="data">The data, or the whole event with <c>application/cloudevents+json</c>.</param>
    /// <param name="dataContentType">What the bytes are.</param>
    /// <param name="metadata">Passed to the component.</param>
    /// <param name="cancellationToken">Stops waiting; the event may still go out.</param>
    public abstract Task PublishByteEventAsync(
        string pubsubName,
        string topicName,
        ReadOnlyMemory<byte> data,
        string dataContentType = "application/json",
        Dictionary<string, string>? metadata = default,
        CancellationToken cancellationToken = default);

    /// <summary>
    /// Publishes many events in one request, in no order. Those that are a <see cref="CloudEvent"/> go out as they
    /// are, the others as JSON data. What the broker refused comes back as
    /// <see cref="BulkPublishResponse{TValue}.FailedEntries"/>; the rest is published.
    /// </summary>
    public abstract Task<BulkPublishResponse<TValue>> BulkPublishEventAsync<TValue>(
        string pubsubName,
        string topicName,
        IReadOnlyList<TValue> events,
        Dictionary<string, string>? metadata = default,
        CancellationToken cancellationToken = default);
}
