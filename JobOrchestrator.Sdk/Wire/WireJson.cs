using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace JobOrchestrator.Sdk;

/// <summary>The orchestrator's own documents, source-generated: camelCase, nulls omitted, unknown members ignored.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    PropertyNameCaseInsensitive = true,
    // A value of a caller may nest 64 levels, and stands a few levels deep in what carries it.
    MaxDepth = 128,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    Converters = [
        typeof(WordConverter<JobStatus>), typeof(WordConverter<JobAttemptOutcome>), typeof(WordConverter<JobBackoffKind>),
        typeof(UtcConverter)
    ])]
[JsonSerializable(typeof(Job))]
[JsonSerializable(typeof(List<Job>))]
[JsonSerializable(typeof(LeasedJob))]
[JsonSerializable(typeof(List<LeasedJob>))]
[JsonSerializable(typeof(SubmitRequest))]
[JsonSerializable(typeof(LeaseRequest))]
[JsonSerializable(typeof(LeaseReport))]
[JsonSerializable(typeof(JobHeartbeat))]
[JsonSerializable(typeof(JobStanding))]
[JsonSerializable(typeof(JobHealth))]
[JsonSerializable(typeof(ReportRequest))]
[JsonSerializable(typeof(ReportResponse))]
[JsonSerializable(typeof(ReportOutcome))]
[JsonSerializable(typeof(CancelsRequest))]
[JsonSerializable(typeof(FeedEvent))]
[JsonSerializable(typeof(JobEventData))]
[JsonSerializable(typeof(JobProblem))]
[JsonSerializable(typeof(List<JobSubmissionOutcome>))]
[JsonSerializable(typeof(MoveRequest))]
[JsonSerializable(typeof(PauseRequest))]
[JsonSerializable(typeof(QueueChange))]
[JsonSerializable(typeof(ActionRequest))]
[JsonSerializable(typeof(JobBulkCount))]
[JsonSerializable(typeof(JobBulkPart))]
[JsonSerializable(typeof(ActionList))]
[JsonSerializable(typeof(JobAction))]
[JsonSerializable(typeof(JobWhy))]
[JsonSerializable(typeof(JobCount))]
[JsonSerializable(typeof(JobSuggestions))]
[JsonSerializable(typeof(JobCaller))]
[JsonSerializable(typeof(JobStats))]
[JsonSerializable(typeof(JobTicket))]
[JsonSerializable(typeof(JobWorkers))]
[JsonSerializable(typeof(JobErrors))]
[JsonSerializable(typeof(JobReplicas))]
[JsonSerializable(typeof(JobAudit))]
[JsonSerializable(typeof(JobOwners))]
[JsonSerializable(typeof(JobChanges))]
[JsonSerializable(typeof(JobMark))]
[JsonSerializable(typeof(MarkList))]
[JsonSerializable(typeof(MarkRequest))]
[JsonSerializable(typeof(JobQueue))]
[JsonSerializable(typeof(List<JobQueue>))]
[JsonSerializable(typeof(RetryCount))]
[JsonSerializable(typeof(PurgeCount))]
internal sealed partial class WireJson : JsonSerializerContext
{
    /// <summary>As generated, without escaping what JSON does not ask to be escaped: these bodies are never put into HTML.</summary>
    public static WireJson Wire => Relaxed.Instance;

    /// <summary>A class of its own, because the order of static members in the generated parts is not ours to say.</summary>
    private static class Relaxed
    {
        public static readonly WireJson Instance =
            new(new JsonSerializerOptions(Default.GeneratedSerializerOptions!) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
    }
}

/// <summary>Enum words as they are named.</summary>
internal sealed class WordConverter<TEnum>() : JsonStringEnumConverter<TEnum>(namingPolicy: null, allowIntegerValues: false)
    where TEnum : struct, Enum;

/// <summary>Instants end in Z.</summary>
internal sealed class UtcConverter : JsonConverter<DateTimeOffset>
{
    public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.GetDateTimeOffset();

    public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.UtcDateTime);
}

/// <summary>A limit of retries, as this package says it: no limit is a number of its own, for null says nothing.</summary>
internal sealed class RetriesConverter : JsonConverter<int?>
{
    public override int? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String ? JobTypeAttribute.Endless : reader.GetInt32();

    public override void Write(Utf8JsonWriter writer, int? value, JsonSerializerOptions options)
    {
        if (value is >= 0 and { } limit)
        {
            writer.WriteNumberValue(limit);
        }
        else
        {
            writer.WriteStringValue(JobRetriesConverter.Unlimited);
        }
    }
}
