using System.ComponentModel;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace JobOrchestrator.Sdk;

/// <summary>
/// A job's limit of retries in JSON, in the orchestrator's own words: a number, or <c>unlimited</c>, which is null in <see cref="Job"/>.
/// Public for contexts of source-generated JSON that <see cref="Job"/> is a part of.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class JobRetriesConverter : JsonConverter<int?>
{
    internal const string Unlimited = "unlimited";

    /// <inheritdoc/>
    public override bool HandleNull => true;

    /// <inheritdoc/>
    public override int? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.Number ? reader.GetInt32() : null;

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, int? value, JsonSerializerOptions options)
    {
        ArgumentNullException.ThrowIfNull(writer);
        if (value is { } limit)
        {
            writer.WriteNumberValue(limit);
        }
        else
        {
            writer.WriteStringValue(Unlimited);
        }
    }
}
