using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using JobOrchestrator.Sdk;

namespace JobOrchestrator.Cli;

/// <summary>Results as JSON: the orchestrator's own names, camelCase, instants that end in Z, what is not there left out.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    // A value of a caller may nest 64 levels, and stands a few levels deep in what carries it.
    MaxDepth = 128,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    Converters = [typeof(UtcConverter), typeof(EventKindConverter)])]
[JsonSerializable(typeof(Job))]
[JsonSerializable(typeof(JobCount))]
[JsonSerializable(typeof(JobQueue))]
[JsonSerializable(typeof(JobErrorGroup))]
[JsonSerializable(typeof(JobOwner))]
[JsonSerializable(typeof(JobChange))]
[JsonSerializable(typeof(JobKnownWorker))]
[JsonSerializable(typeof(JobReplica))]
[JsonSerializable(typeof(JobUncovered))]
[JsonSerializable(typeof(JobWhy))]
[JsonSerializable(typeof(JobMark))]
[JsonSerializable(typeof(JobHeartbeat))]
[JsonSerializable(typeof(JobStanding))]
[JsonSerializable(typeof(JobProblem))]
[JsonSerializable(typeof(JobReplay))]
[JsonSerializable(typeof(Purged))]
[JsonSerializable(typeof(BulkDone))]
[JsonSerializable(typeof(JobAction))]
[JsonSerializable(typeof(Finding))]
[JsonSerializable(typeof(JsonElement))]
[JsonSerializable(typeof(JsonNode))]
[JsonSerializable(typeof(string))]
internal sealed partial class CliJson : JsonSerializerContext
{
    /// <summary>A value as JSON that may go to a terminal, too.</summary>
    public static string Text<T>(T value, bool isIndented = false) => SafeText.Json(
        JsonSerializer.Serialize(value, (JsonTypeInfo<T>)(isIndented ? Written.Indented : Written.Narrow).GetTypeInfo(typeof(T))));

    /// <summary>Made when first used: what they are made of stands in another file of this class.</summary>
    private static class Written
    {
        public static readonly JsonSerializerOptions Narrow =
            new(Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

        public static readonly JsonSerializerOptions Indented = new(Narrow) { WriteIndented = true };
    }

    private sealed class UtcConverter : JsonConverter<DateTimeOffset>
    {
        public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            reader.GetDateTimeOffset();

        public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) =>
            writer.WriteStringValue(value.UtcDateTime);
    }
}
