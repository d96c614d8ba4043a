using System.Text.Json.Serialization;
using JobOrchestrator.Sdk;

namespace MicroserviceX.Events;

/// <summary>An event as <c>GET /events</c> shows it and the history's file keeps it.</summary>
/// <param name="Id">Job id, hyphen, sequence.</param>
/// <param name="Kind">What became of the job.</param>
/// <param name="JobId">The job.</param>
/// <param name="Sequence">The order in which things really happened to the job.</param>
/// <param name="Delivery">New or Stale; a repeat is counted with the event that it repeats.</param>
/// <param name="Source">Broker or Feed.</param>
/// <param name="ReceivedAt">When it came here (UTC).</param>
internal sealed record ReceivedEvent(
    string Id, JobEventKind Kind, string JobId, long Sequence, JobEventDelivery Delivery, JobEventSource Source, DateTime ReceivedAt)
{
    /// <summary>How often it came again since this process started.</summary>
    public int Repeats { get; init; }

    public string? Type { get; init; }
    public string? Queue { get; init; }
    public JobStatus? Status { get; init; }
    public JobStatus? PreviousStatus { get; init; }
    public int Attempt { get; init; }
    public JobProgress? Progress { get; init; }
    public DateTime? OccurredAt { get; init; }
    public double? DurationSeconds { get; init; }
    public string? Error { get; init; }
    public Uri? PayloadUri { get; init; }

    public static ReceivedEvent From(JobEvent jobEvent, DateTimeOffset receivedAt) =>
        new(jobEvent.Id, jobEvent.Kind, jobEvent.JobId, jobEvent.Sequence, jobEvent.Delivery, jobEvent.Source, receivedAt.UtcDateTime)
        {
            Type = jobEvent.Type,
            Queue = jobEvent.Queue,
            Status = jobEvent.Status,
            PreviousStatus = jobEvent.PreviousStatus,
            Attempt = jobEvent.Attempt,
            Progress = jobEvent.Progress,
            OccurredAt = jobEvent.OccurredAt?.UtcDateTime,
            DurationSeconds = jobEvent.Duration?.TotalSeconds,
            Error = jobEvent.Error?.Title,
            PayloadUri = jobEvent.PayloadUri,
        };
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true)]
[JsonSerializable(typeof(ReceivedEvent))]
[JsonSerializable(typeof(List<ReceivedEvent>))]
internal sealed partial class HistoryJson : JsonSerializerContext;
