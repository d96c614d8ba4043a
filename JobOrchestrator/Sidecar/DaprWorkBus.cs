using System.Text.Json;
using System.Text.Json.Serialization;
using Dapr;
using Dapr.Client;
using JobOrchestrator.Push;

namespace JobOrchestrator.Sidecar;

/// <summary>The broker behind the sidecar. One message goes out alone, because a sidecar keeps every digit of its numbers then, and several in one request.</summary>
internal sealed class DaprWorkBus(DaprClient dapr, string pubsubName) : IWorkBus
{
    private const string CloudEvents = "application/cloudevents+json";

    public async Task<Published> PublishAsync(string topic, IReadOnlyList<WorkMessage> messages, CancellationToken cancellationToken)
    {
        if (messages is [var single])
        {
            await SidecarAnswer.ClassifiedAsync(
                dapr.PublishByteEventAsync(pubsubName, topic, single.CloudEvent, CloudEvents, null, cancellationToken), cancellationToken);
            return Published.All;
        }

        BulkPublishResponse<Written> response = await SidecarAnswer.ClassifiedAsync(
            dapr.BulkPublishEventAsync(pubsubName, topic, [.. messages.Select(message => new Written(message))], null, cancellationToken),
            cancellationToken);
        return response.FailedEntries is [var first, ..]
            ? new Published([.. response.FailedEntries.Select(failed => failed.Entry.EventData.Message)], first.ErrorMessage)
            : Published.All;
    }

    /// <summary>A CloudEvent whose JSON exists already.</summary>
    [JsonConverter(typeof(WrittenConverter))]
    private sealed class Written(WorkMessage message) : CloudEvent
    {
        [JsonIgnore]
        public WorkMessage Message { get; } = message;
    }

    private sealed class WrittenConverter : JsonConverter<Written>
    {
        public override Written Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            throw new NotSupportedException("Messages are only written.");

        public override void Write(Utf8JsonWriter writer, Written value, JsonSerializerOptions options) =>
            writer.WriteRawValue(value.Message.CloudEvent.Span, skipInputValidation: true);
    }
}
