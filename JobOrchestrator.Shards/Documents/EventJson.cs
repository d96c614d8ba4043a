using System.Globalization;
using System.Text.Json;
using JobOrchestrator.Core;

namespace JobOrchestrator.Shards;

/// <summary>Events as JSON: the thin data, and the CloudEvent around it. Written once, stored, and copied from there on.</summary>
internal static class EventJson
{
    /// <summary>The whole CloudEvent (CloudEvents 1.0, structured JSON), without topic and pub/sub name.</summary>
    public static void WriteCloudEvent(Utf8JsonWriter writer, JobEvent jobEvent, EventForm form)
    {
        Job job = jobEvent.Job;
        writer.WriteStartObject();
        writer.WriteString("specversion"u8, "1.0"u8);
        WriteEventId(writer, job);
        writer.WriteString("type"u8, Words.EventType(jobEvent.Kind));
        writer.WriteString("source"u8, form.Source);
        writer.WriteString("subject"u8, job.Id.Value);
        writer.WriteString("time"u8, job.UpdatedAt.UtcDateTime);
        writer.WriteString("datacontenttype"u8, "application/json"u8);
        writer.WriteTraceparent(job.Spec);
        writer.WriteText("tracestate"u8, job.Spec.Tracestate);
        writer.WritePropertyName("data"u8);
        WriteData(writer, jobEvent, form);
        writer.WriteEndObject();
    }

    /// <summary>What the event says of the job.</summary>
    public static void WriteData(Utf8JsonWriter writer, JobEvent jobEvent) => WriteData(writer, jobEvent, form: null);

    /// <summary>And which of the job's events the broker does not bring, so that nobody waits for them.</summary>
    private static void WriteData(Utf8JsonWriter writer, JobEvent jobEvent, EventForm? form)
    {
        Job job = jobEvent.Job;
        writer.WriteStartObject();
        writer.WriteString("jobId"u8, job.Id.Value);
        writer.WriteText("owner"u8, job.Owner);
        writer.WriteString("type"u8, job.Type);
        writer.WriteString("queue"u8, job.Queue);
        writer.WriteLabels(job.Labels);
        writer.WriteString("status"u8, Words.Of(job.Status));
        writer.WriteText("previousStatus"u8, jobEvent.PreviousStatus is { } previous ? Words.Of(previous) : null);
        writer.WriteNumber("sequence"u8, job.Sequence);
        writer.WriteNumber("attempt"u8, job.Attempt);
        writer.WriteProgress(job.Progress);
        writer.WriteString("occurredAt"u8, job.UpdatedAt.UtcDateTime);
        if (job.FinishedAt is { } finished)
        {
            writer.WriteNumber("durationSeconds"u8, Math.Round((finished - (job.StartedAt ?? job.CreatedAt)).TotalSeconds, 3));
        }

        writer.WriteText("error"u8, job.Error?.Title);
        if (job is { Status: JobStatus.Completed, Result: not null })
        {
            writer.WriteString("payloadUri"u8, $"/jobs/{job.Id}/result");
        }

        if (form?.UnpublishedOf(jobEvent) is { } unpublished and not EventKinds.None)
        {
            writer.WriteTexts("unpublished"u8, Words.Of(unpublished));
        }

        if (form is { IsCoalesced: true } && jobEvent.Kind != JobEventKind.Created)
        {
            writer.WriteBoolean("coalesced"u8, true);
        }

        writer.WriteEndObject();
    }

    /// <summary>Without a text of its own.</summary>
    private static void WriteEventId(Utf8JsonWriter writer, Job job)
    {
        Span<char> id = stackalloc char[64]; // 36 of a UUID and 20 of a number are the most
        _ = id.TryWrite(CultureInfo.InvariantCulture, $"{job.Id.Value}-{job.Sequence}", out int length);
        writer.WriteString("id"u8, id[..length]);
    }

    /// <summary>The id by which a subscriber drops repeats.</summary>
    public static string EventId(Job job) => $"{job.Id}-{job.Sequence}";
}
