using System.Text.Json;
using System.Text.Json.Serialization;
using Dapr;
using Dapr.Client;

namespace JobOrchestrator.Sidecar;

/// <summary>Publishes CloudEvents whose JSON exists already, as it is, several in one request.</summary>
/// <remarks>
/// The first request of a process takes a call more: Dapr's client asks the sidecar which of two forms it knows, and tries one after the
/// other where the sidecar tells nothing about itself, as <c>daprd</c> does.
/// </remarks>
internal static class WrittenEvents
{
    // A sidecar that is frozen must not stop publishing for ever.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Publishes to one topic, in no order; returns the places of those that the broker did not take, with reasons.</summary>
    /// <param name="dapr">The client.</param>
    /// <param name="pubsubName">The component.</param>
    /// <param name="topic">The topic.</param>
    /// <param name="events">Each as JSON in UTF-8.</param>
    /// <param name="limit">How long it may take; null: 30 s.</param>
    /// <param name="cancellationToken">The caller's.</param>
    /// <exception cref="Shards.CallException">Nothing went out, or it is not known what did.</exception>
    public static async Task<IReadOnlyList<(int Place, string Reason)>> PublishAsync(
        DaprClient dapr,
        string pubsubName,
        string topic,
        IEnumerable<ReadOnlyMemory<byte>> events,
        TimeSpan? limit,
        CancellationToken cancellationToken)
    {
        Written[] written = [.. events.Select((json, place) => new Written(place, json))];
        BulkPublishResponse<Written> response = await SidecarCall.WithinAsync(
            limit ?? Patience,
            token => dapr.BulkPublishEventAsync(pubsubName, topic, written, null, token),
            exception => SidecarFailure.OfPublish(exception, written.Length),
            cancellationToken);
        return [.. response.FailedEntries.Select(failed => (failed.Entry.EventData.Place, failed.ErrorMessage))];
    }

    /// <summary>Dapr's client sends what is a CloudEvent as one.</summary>
    [JsonConverter(typeof(WrittenConverter))]
    private sealed class Written(int place, ReadOnlyMemory<byte> json) : CloudEvent
    {
        public int Place { get; } = place;

        public ReadOnlyMemory<byte> Json { get; } = json;
    }

    private sealed class WrittenConverter : JsonConverter<Written>
    {
        public override Written Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            throw new NotSupportedException("Events are only written.");

        public override void Write(Utf8JsonWriter writer, Written value, JsonSerializerOptions options) =>
            writer.WriteRawValue(value.Json.Span, skipInputValidation: true);
    }
}
