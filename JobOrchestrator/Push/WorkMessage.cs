using System.Text.Json;
using JobOrchestrator.Core;
using JobOrchestrator.Shards;

namespace JobOrchestrator.Push;

/// <summary>A leased job on its way to a worker.</summary>
/// <param name="Job">The job, with its lease.</param>
/// <param name="CloudEvent">The whole CloudEvent as JSON in UTF-8.</param>
internal sealed record WorkMessage(Job Job, ReadOnlyMemory<byte> CloudEvent)
{
    public const string Type = "job.work";

    /// <summary>
    /// CloudEvents 1.0, structured JSON. Its id is the same for every copy of one attempt and for no other: by it a worker drops repeats.
    /// </summary>
    public static WorkMessage Of(Job job, string source)
    {
        using var stream = new MemoryStream(1_024 + (job.Input?.Length ?? 0) + (job.State?.Length ?? 0));
        using (var writer = new Utf8JsonWriter(stream, Shards.Json.WriterOptions))
        {
            writer.WriteStartObject();
            writer.WriteString("specversion"u8, "1.0"u8);
            writer.WriteString("id"u8, $"{job.Id}-{job.Attempt}");
            writer.WriteString("type"u8, Type);
            writer.WriteString("source"u8, source);
            writer.WriteString("subject"u8, job.Id.Value);
            writer.WriteString("time"u8, job.UpdatedAt.UtcDateTime);
            writer.WriteString("datacontenttype"u8, "application/json"u8);
            writer.WriteTraceparent(job.Spec);
            writer.WriteText("tracestate"u8, job.Spec.Tracestate);
            writer.WritePropertyName("data"u8);
            WriteData(writer, job, job.Lease!);
            writer.WriteEndObject();
        }

        return new WorkMessage(job, stream.ToArray());
    }

    private static void WriteData(Utf8JsonWriter writer, Job job, Lease lease)
    {
        writer.WriteStartObject();
        writer.WriteString("jobId"u8, job.Id.Value);
        writer.WriteString("leaseToken"u8, lease.Token);
        writer.WriteString("leaseExpiresAt"u8, lease.ExpiresAt.UtcDateTime);
        writer.WriteNumber("leaseSeconds"u8, job.LeaseSeconds);
        writer.WriteNumber("attempt"u8, job.Attempt);
        writer.WriteString("type"u8, job.Type);
        writer.WriteString("queue"u8, job.Queue);
        writer.WriteText("owner"u8, job.Owner);
        writer.WriteText("externalId"u8, job.ExternalId);
        writer.WriteLabels(job.Labels);
        writer.WriteRaw("input"u8, job.Input);
        writer.WriteRaw("state"u8, job.State);
        writer.WriteNumber("priority"u8, job.Priority);
        writer.WriteEndObject();
    }
}
