using System.Text.Json;
using System.Text.Json.Serialization;

namespace JobOrchestrator.Sdk;

/// <summary>An event's error: its title as a text, which is all that a thin event has, or a document like a job's.</summary>
internal sealed class EventErrorConverter : JsonConverter<JobError>
{
    public override JobError? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String
            ? new JobError(reader.GetString()!)
            : JsonSerializer.Deserialize(ref reader, WireJson.Wire.JobError);

    public override void Write(Utf8JsonWriter writer, JobError value, JsonSerializerOptions options)
    {
        if (value is { Type: null, Status: null, Detail: null })
        {
            writer.WriteStringValue(value.Title);
        }
        else
        {
            JsonSerializer.Serialize(writer, value, WireJson.Wire.JobError);
        }
    }
}
