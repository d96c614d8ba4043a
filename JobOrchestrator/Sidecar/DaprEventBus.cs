using System.Text.Json;
using System.Text.Json.Serialization;
using Dapr;
using Dapr.Client;
using JobOrchestrator.Core;
using JobOrchestrator.Shards;

namespace JobOrchestrator.Sidecar;

/// <summary>The broker behind the sidecar. Events are whole CloudEvents and go out as they were stored.</summary>
internal sealed class DaprEventBus(DaprClient dapr, string pubsubName) : IEventBus
{
    public async Task<IReadOnlyList<OutboxEvent>> PublishAsync(
        string topic, IReadOnlyList<OutboxEvent> events, CancellationToken cancellationToken)
    {
        BulkPublishResponse<StoredCloudEvent> response = await SidecarAnswer.ClassifiedAsync(
            dapr.BulkPublishEventAsync(pubsubName, topic, [.. events.Select(item => new StoredCloudEvent(item))], null, cancellationToken),
            cancellationToken);
        return response.FailedEntries.Count == 0 ? [] : [.. response.FailedEntries.Select(failed => failed.Entry.EventData.Event)];
    }

    /// <summary>A CloudEvent whose JSON exists already.</summary>
    [JsonConverter(typeof(StoredCloudEventConverter))]
    private sealed class StoredCloudEvent(OutboxEvent stored) : CloudEvent
    {
        [JsonIgnore]
        public OutboxEvent Event { get; } = stored;

        public JsonText Text => Event.CloudEvent;
    }

    private sealed class StoredCloudEventConverter : JsonConverter<StoredCloudEvent>
    {
        public override StoredCloudEvent Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            throw new NotSupportedException("Events are only written.");

        public override void Write(Utf8JsonWriter writer, StoredCloudEvent value, JsonSerializerOptions options) =>
            writer.WriteRawValue(value.Text.Utf8, skipInputValidation: true);
    }
}
