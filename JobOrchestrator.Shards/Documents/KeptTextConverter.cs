using System.Text.Json;
using System.Text.Json.Serialization;
using JobOrchestrator.Core;

namespace JobOrchestrator.Shards;

/// <summary>Writes a document as a string inside another one, no longer than <see cref="KeptJson"/> makes it.</summary>
internal sealed class KeptTextConverter : JsonConverter<string>
{
    public override string? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.GetString();

    public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options) =>
        KeptJson.Write(writer, JsonText.Of(value));
}
