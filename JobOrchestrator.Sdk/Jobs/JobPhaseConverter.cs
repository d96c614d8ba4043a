using System.ComponentModel;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace JobOrchestrator.Sdk;

/// <summary>
/// A job's phase in JSON; one that is not known is null, so that a job of a later orchestrator can be read. Public for contexts of
/// source-generated JSON that <see cref="Job"/> is a part of.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class JobPhaseConverter : JsonConverter<JobPhase?>
{
    /// <inheritdoc/>
    public override JobPhase? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType == JsonTokenType.String)
        {
            string? word = reader.GetString();
            return Enum.GetNames<JobPhase>().Contains(word) ? Enum.Parse<JobPhase>(word!) : null;
        }

        reader.Skip();
        return null;
    }

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, JobPhase? value, JsonSerializerOptions options)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.WriteStringValue(value?.ToString());
    }
}
