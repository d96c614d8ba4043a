using System.Text.Json;
using Dapr.AppCallback.Autogen.Grpc.v1;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using LocalSidecar.Json;
using LocalSidecar.Resources;

namespace LocalSidecar.PubSub;

/// <summary>
/// A message as gRPC shows it, with what daprd loses on the way: JSON data are re-encoded (integers beyond 2^53 change),
/// data of a <c>+json</c> type or without a type are left out.
/// </summary>
internal sealed class GrpcEvent
{
    // These have fields of their own; all other members are extensions.
    private static readonly HashSet<string> Fields =
        new(StringComparer.Ordinal) { "id", "source", "type", "specversion", "datacontenttype", "data", "data_base64" };

    private string Id { get; init; } = "";

    private string Source { get; init; } = "";

    private string Type { get; init; } = "";

    private string SpecVersion { get; init; } = "";

    private string DataContentType { get; init; } = "";

    private ByteString Data { get; init; } = ByteString.Empty;

    private Struct Extensions { get; init; } = new();

    /// <summary>The event belongs to a trace, be it an empty one; deliveries of others carry none.</summary>
    public bool IsTraced => Extensions.Fields.ContainsKey("traceid");

    /// <summary>Reads a message.</summary>
    /// <param name="message">The message.</param>
    /// <param name="isRaw">The subscription takes it as bytes.</param>
    /// <param name="isInBatch">It goes with others in one call, where daprd leaves out binary data.</param>
    /// <exception cref="FormatException">No gRPC app can be given this message.</exception>
    public static GrpcEvent Read(Message message, bool isRaw, bool isInBatch)
    {
        GrpcEvent result = isRaw ? ReadRaw(message) : ReadEvent(message, isInBatch);
        foreach (string name in RawEvent.TraceNames)
        {
            if (message.Metadata.TryGetValue(name, out string? value))
            {
                result.Extensions.Fields[name] = Value.ForString(value);
            }
        }

        return result;
    }

    /// <summary>As it is delivered alone.</summary>
    public TopicEventRequest ToRequest(Message message, SubscriptionDeclaration subscription, string path) => new()
    {
        Id = Id,
        Source = Source,
        Type = Type,
        SpecVersion = SpecVersion,
        DataContentType = DataContentType,
        Data = Data,
        Extensions = Extensions,
        Topic = message.Topic,
        PubsubName = subscription.PubSub,
        Path = path,
    };

    /// <summary>As it is delivered with others.</summary>
    public TopicEventCERequest ToBatchEvent() => new()
    {
        Id = Id,
        Source = Source,
        Type = Type,
        SpecVersion = SpecVersion,
        DataContentType = DataContentType,
        Data = Data,
        Extensions = Extensions,
    };

    private static GrpcEvent ReadRaw(Message message)
    {
        var extensions = new Struct();
        extensions.Fields["pubsubname"] = Value.ForString(message.PubSub);
        extensions.Fields["topic"] = Value.ForString(message.Topic);
        return new GrpcEvent
        {
            Id = Guid.NewGuid().ToString(),
            Source = "Dapr",
            Type = "com.dapr.event.sent",
            SpecVersion = "1.0",
            DataContentType = "application/octet-stream",
            Data = UnsafeByteOperations.UnsafeWrap(message.Bytes),
            Extensions = extensions,
        };
    }

    private static GrpcEvent ReadEvent(Message message, bool isInBatch)
    {
        try
        {
            using var json = JsonDocument.Parse(message.Bytes, GoJson.EventOptions);
            JsonElement envelope = json.RootElement;
            if (envelope.ValueKind != JsonValueKind.Object)
            {
                throw new FormatException("it is no JSON object");
            }

            var extensions = new Struct();
            foreach (JsonProperty member in envelope.EnumerateObject().Where(static member => !Fields.Contains(member.Name)))
            {
                extensions.Fields[member.Name] = JsonParser.Default.Parse<Value>(member.Value.GetRawText());
            }

            string contentType = Text(envelope, "datacontenttype");
            return new GrpcEvent
            {
                Id = Text(envelope, "id"),
                Source = Text(envelope, "source"),
                Type = Text(envelope, "type"),
                SpecVersion = Text(envelope, "specversion"),
                DataContentType = contentType,
                Data = ReadData(envelope, contentType, isInBatch),
                Extensions = extensions,
            };
        }
        catch (Exception problem)
            when (problem is JsonException or InvalidJsonException or InvalidProtocolBufferException or InvalidOperationException)
        {
            throw new FormatException(problem.Message, problem);
        }
    }

    private static ByteString ReadData(JsonElement envelope, string contentType, bool isInBatch)
    {
        if (Given(envelope, "data_base64") is { } binary)
        {
            if (binary.ValueKind != JsonValueKind.String || !binary.TryGetBytesFromBase64(out byte[]? bytes))
            {
                throw new FormatException("its data_base64 is no base64");
            }

            return isInBatch ? ByteString.Empty : UnsafeByteOperations.UnsafeWrap(bytes);
        }

        if (Given(envelope, "data") is not { } data)
        {
            return ByteString.Empty;
        }

        if (Envelope.IsText(contentType))
        {
            return data.ValueKind == JsonValueKind.String
                ? ByteString.CopyFromUtf8(data.GetString()!)
                : throw new FormatException($"its data are no text, as {contentType} says");
        }

        if (!Envelope.IsJson(contentType) && !Envelope.IsCloudEvent(contentType))
        {
            return ByteString.Empty;
        }

        var output = new ByteBuffer();
        GoJson.Write(output, System.Runtime.InteropServices.JsonMarshal.GetRawUtf8Value(data), keepDigits: false);
        return ByteString.CopyFrom(output.Written);
    }

    private static JsonElement? Given(JsonElement envelope, string name) =>
        envelope.TryGetProperty(name, out JsonElement value) && value.ValueKind != JsonValueKind.Null ? value : null;

    private static string Text(JsonElement envelope, string name) =>
        Given(envelope, name) is { ValueKind: JsonValueKind.String } text ? text.GetString()! : "";
}
