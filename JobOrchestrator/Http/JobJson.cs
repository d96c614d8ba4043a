using System.Text.Json;
using JobOrchestrator.Core;
using JobOrchestrator.Shards;

namespace JobOrchestrator.Http;

/// <summary>Job documents as callers see them: the callers' own JSON exactly as it was written, absent fields left out.</summary>
internal static class JobJson
{
    /// <summary>A job.</summary>
    public static void Write(Utf8JsonWriter writer, Job job)
    {
        writer.WriteStartObject();
        WriteMembers(writer, job);
        writer.WriteEndObject();
    }

    /// <summary>A job as its worker gets it, with the lease.</summary>
    public static void WriteLeased(Utf8JsonWriter writer, Job job)
    {
        writer.WriteStartObject();
        if (job.Lease is { } lease)
        {
            writer.WriteString("leaseToken"u8, lease.Token);
            writer.WriteString("leaseExpiresAt"u8, lease.ExpiresAt.UtcDateTime);
        }

        WriteMembers(writer, job);
        writer.WriteEndObject();
    }

    /// <summary>Several jobs.</summary>
    public static void WriteAll(Utf8JsonWriter writer, IReadOnlyList<Job> jobs)
    {
        writer.WriteStartArray();
        foreach (Job job in jobs)
        {
            Write(writer, job);
        }

        writer.WriteEndArray();
    }

    /// <summary>How a job stands after its worker's report: few members, because reports are many.</summary>
    public static void WriteStanding(Utf8JsonWriter writer, Job job)
    {
        writer.WriteStartObject();
        writer.WriteString("id"u8, job.Id.Value);
        writer.WriteString("status"u8, Words.Of(job.Status));
        writer.WriteNumber("attempt"u8, job.Attempt);
        writer.WriteNumber("sequence"u8, job.Sequence);
        writer.WriteString("runAt"u8, job.RunAt.UtcDateTime);
        writer.WriteEndObject();
    }

    /// <summary>An error.</summary>
    public static void WriteError(Utf8JsonWriter writer, JobError error)
    {
        writer.WriteStartObject();
        writer.WriteString("type"u8, error.Type);
        writer.WriteString("title"u8, error.Title);
        WriteNumber(writer, "status"u8, error.Status);
        WriteRaw(writer, "detail"u8, error.Detail);
        writer.WriteEndObject();
    }

    private static void WriteMembers(Utf8JsonWriter writer, Job job)
    {
        writer.WriteString("id"u8, job.Id.Value);
        WriteText(writer, "externalId"u8, job.ExternalId);
        writer.WriteString("type"u8, job.Type);
        writer.WriteString("queue"u8, job.Queue);
        WriteText(writer, "owner"u8, job.Owner);
        writer.WriteString("status"u8, Words.Of(job.Status));
        WriteRaw(writer, "input"u8, job.Input);
        WriteRaw(writer, "state"u8, job.State);
        WriteRaw(writer, "result"u8, job.Result);
        WriteProgress(writer, job.Progress);
        if (job.Error is { } error)
        {
            writer.WritePropertyName("error"u8);
            WriteError(writer, error);
        }

        writer.WriteNumber("attempt"u8, job.Attempt);
        WriteNumber(writer, "maxRetries"u8, job.MaxRetries);
        WriteBackoff(writer, job.Backoff);
        writer.WriteNumber("leaseSeconds"u8, job.LeaseSeconds);
        WriteNumber(writer, "timeLimitSeconds"u8, job.TimeLimitSeconds);
        writer.WriteString("runAt"u8, job.RunAt.UtcDateTime);
        writer.WriteNumber("priority"u8, job.Priority);
        WriteText(writer, "uniqueKey"u8, job.UniqueKey);
        WriteNumber(writer, "uniqueSeconds"u8, job.UniqueSeconds);
        writer.WriteBoolean("cancelRequested"u8, job.CancelRequested);
        WriteAttempts(writer, job.Attempts);
        writer.WriteNumber("sequence"u8, job.Sequence);
        writer.WriteBoolean("durable"u8, job.Durable);
        WriteText(writer, "traceparent"u8, job.Traceparent);
        WriteId(writer, "retryOf"u8, job.RetryOf);
        WriteId(writer, "retriedAs"u8, job.RetriedAs);
        writer.WriteString("createdAt"u8, job.CreatedAt.UtcDateTime);
        WriteInstant(writer, "startedAt"u8, job.StartedAt);
        writer.WriteString("updatedAt"u8, job.UpdatedAt.UtcDateTime);
        WriteInstant(writer, "finishedAt"u8, job.FinishedAt);
        WriteInstant(writer, "expiresAt"u8, job.ExpiresAt);
    }

    private static void WriteProgress(Utf8JsonWriter writer, Progress? progress)
    {
        if (progress is null)
        {
            return;
        }

        writer.WriteStartObject("progress"u8);
        if (progress.Percent is { } percent)
        {
            writer.WriteNumber("percent"u8, percent);
        }

        WriteText(writer, "message"u8, progress.Message);
        writer.WriteEndObject();
    }

    private static void WriteBackoff(Utf8JsonWriter writer, Backoff backoff)
    {
        writer.WriteStartObject("backoff"u8);
        writer.WriteString("kind"u8, Words.Of(backoff.Kind));
        writer.WriteNumber("seconds"u8, backoff.Seconds);
        writer.WriteNumber("maxSeconds"u8, backoff.MaxSeconds);
        writer.WriteNumber("jitter"u8, backoff.Jitter);
        writer.WriteEndObject();
    }

    private static void WriteAttempts(Utf8JsonWriter writer, IReadOnlyList<Attempt> attempts)
    {
        if (attempts.Count == 0)
        {
            return;
        }

        writer.WriteStartArray("attempts"u8);
        foreach (Attempt attempt in attempts)
        {
            writer.WriteStartObject();
            writer.WriteNumber("number"u8, attempt.Number);
            writer.WriteString("worker"u8, attempt.Worker);
            writer.WriteString("startedAt"u8, attempt.StartedAt.UtcDateTime);
            WriteInstant(writer, "endedAt"u8, attempt.EndedAt);
            WriteText(writer, "outcome"u8, attempt.Outcome is { } outcome ? Words.Of(outcome) : null);
            WriteText(writer, "error"u8, attempt.Error);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static void WriteRaw(Utf8JsonWriter writer, ReadOnlySpan<byte> name, JsonText? json)
    {
        if (json is not null)
        {
            writer.WritePropertyName(name);
            writer.WriteRawValue(json.Utf8, skipInputValidation: true);
        }
    }

    private static void WriteText(Utf8JsonWriter writer, ReadOnlySpan<byte> name, string? text)
    {
        if (text is not null)
        {
            writer.WriteString(name, text);
        }
    }

    private static void WriteNumber(Utf8JsonWriter writer, ReadOnlySpan<byte> name, int? number)
    {
        if (number is { } value)
        {
            writer.WriteNumber(name, value);
        }
    }

    private static void WriteId(Utf8JsonWriter writer, ReadOnlySpan<byte> name, JobId? id)
    {
        if (id is { } job)
        {
            writer.WriteString(name, job.Value);
        }
    }

    private static void WriteInstant(Utf8JsonWriter writer, ReadOnlySpan<byte> name, DateTimeOffset? instant)
    {
        if (instant is { } at)
        {
            writer.WriteString(name, at.UtcDateTime);
        }
    }
}
