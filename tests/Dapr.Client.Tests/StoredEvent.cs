using System.Text.Json;
using System.Text.Json.Serialization;

namespace Dapr.Client.Tests;

/// <summary>A cloud event whose JSON has been written before: the example of Sidecar/README.md.</summary>
[JsonConverter(typeof(StoredEventConverter))]
internal sealed class StoredEvent(ReadOnlyMemory<byte> json) : CloudEvent
{
    public ReadOnlyMemory<byte> Json { get; } = json;
}

internal sealed class StoredEventConverter : JsonConverter<StoredEvent>
{
    public override StoredEvent Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        throw new NotSupportedException();

    public override void Write(Utf8JsonWriter writer, StoredEvent value, JsonSerializerOptions options) =>
        writer.WriteRawValue(value.Json.Span, skipInputValidation: true);
}
