using System.Text.Json;
using JobOrchestrator.Core;
using JobOrchestrator.Shards;

namespace JobOrchestrator.Http;

/// <summary>
/// Job documents as callers see them: the callers' own JSON exactly as it was written, or for who may not read it how long it is; absent
/// fields left out.
/// </summary>
internal static class JobJson
{
    /// <summary>A job, as far as the caller may read it.</summary>
    public static void Write(Utf8JsonWriter writer, Job job, JobPhase phase, Caller caller)
    {
        writer.WriteStartObject();
        WriteMembers(writer, job, phase, caller.MayReadPayloads);
        writer.WriteEndObject();
    }

    /// <summary>A job as its worker gets it, with the lease, and whole: it needs what it is to work on.</summary>
    public static void WriteLeased(Utf8JsonWriter writer, Job job)
    {
        writer.WriteStartObject();
        if (job.Lease is { } lease)
        {
            writer.WriteString("leaseToken"u8, lease.Token);
            writer.WriteString("leaseExpiresAt"u8, lease.ExpiresAt.UtcDateTime);
        }

        // What runs is in no phase that goes by the time.
        WriteMembers(writer, job, job.PhaseAt(isPaused: false, job.UpdatedAt), payloads: true);
        writer.WriteEndObject();
    }

    /// <summary>Several jobs, as far as the caller may read them.</summary>
    public static void WriteAll(Utf8JsonWriter writer, IReadOnlyList<Job> jobs, Func<Job, JobPhase> phaseOf, Caller caller)
    {
        writer.WriteStartArray();
        foreach (Job job in jobs)
        {
            Write(writer, job, phaseOf(job), caller);
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
    /// <param name="writer">Where to.</param>
    /// <param name="error">The error.</param>
    /// <param name="payloads">False: only how long its detail is, which its worker wrote.</param>
    public static void WriteError(Utf8JsonWriter writer, JobError error, bool payloads)
    {
        writer.WriteStartObject();
        writer.WriteString("type"u8, error.Type);
        writer.WriteString("title"u8, error.Title);
        writer.WriteNumber("status"u8, error.Status);
        WriteValue(writer, "detail"u8, "detailBytes"u8, error.Detail, payloads);
        writer.WriteEndObject();
    }

    private static void WriteMembers(Utf8JsonWriter writer, Job job, JobPhase phase, bool payloads)
    {
        writer.WriteString("id"u8, job.Id.Value);
        writer.WriteText("externalId"u8, job.ExternalId);
        writer.WriteString("type"u8, job.Type);
        writer.WriteString("queue"u8, job.Queue);
        writer.WriteText("owner"u8, job.Owner);
        writer.WriteLabels(job.Labels);
        writer.WriteString("status"u8, Words.Of(job.Status));
        writer.WriteString("phase"u8, Words.Of(phase));
        WriteValue(writer, "input"u8, "inputBytes"u8, job.Input, payloads);
        WriteValue(writer, "state"u8, "stateBytes"u8, job.State, payloads);
        WriteValue(writer, "result"u8, "resultBytes"u8, job.Result, payloads);
        writer.WriteProgress(job.Progress);
        if (job.Error is { } error)
        {
            writer.WritePropertyName("error"u8);
            WriteError(writer, error, payloads);
        }

        writer.WriteNumber("attempt"u8, job.Attempt);
        if (job.MaxRetries is { } limit)
        {
            writer.WriteNumber("maxRetries"u8, limit);
        }
        else
        {
            writer.WriteString("maxRetries"u8, "unlimited"u8);
        }

        writer.WriteBackoff(job.Backoff);
        writer.WriteNumber("leaseSeconds"u8, job.LeaseSeconds);
        writer.WriteNumber("timeLimitSeconds"u8, job.TimeLimitSeconds);
        writer.WriteString("runAt"u8, job.RunAt.UtcDateTime);
        writer.WriteNumber("priority"u8, job.Priority);
        writer.WriteText("uniqueKey"u8, job.UniqueKey);
        writer.WriteNumber("uniqueSeconds"u8, job.UniqueSeconds);
        writer.WriteBoolean("cancelRequested"u8, job.CancelRequested);
        WriteAttempts(writer, job);
        writer.WriteNumber("sequence"u8, job.Sequence);
        writer.WriteBoolean("durable"u8, job.Durable);
        writer.WriteTraceparent(job.Spec);
        writer.WriteText("tracestate"u8, job.Spec.Tracestate);
        writer.WriteId("retryOf"u8, job.RetryOf);
        writer.WriteId("retriedAs"u8, job.RetriedAs);
        writer.WriteString("createdAt"u8, job.CreatedAt.UtcDateTime);
        writer.WriteInstant("startedAt"u8, job.StartedAt);
        writer.WriteString("updatedAt"u8, job.UpdatedAt.UtcDateTime);
        writer.WriteInstant("finishedAt"u8, job.FinishedAt);
        writer.WriteInstant("expiresAt"u8, job.ExpiresAt);
    }

    private static void WriteValue(
        Utf8JsonWriter writer, ReadOnlySpan<byte> name, ReadOnlySpan<byte> sizeName, JsonText? value, bool payloads)
    {
        if (payloads)
        {
            writer.WriteRaw(name, value);
        }
        else if (value is not null)
        {
            writer.WriteNumber(sizeName, value.Length);
        }
    }

    private static void WriteAttempts(Utf8JsonWriter writer, Job job)
    {
        if (job.Attempts.Count == 0)
        {
            return;
        }

        writer.WriteStartArray("attempts"u8);
        foreach (Attempt attempt in job.Attempts)
        {
            writer.WriteStartObject();
            writer.WriteNumber("number"u8, attempt.Number);
            writer.WriteString("worker"u8, attempt.Worker);
            writer.WriteString("startedAt"u8, attempt.StartedAt.UtcDateTime);
            writer.WriteInstant("endedAt"u8, attempt.EndedAt);
            writer.WriteText("outcome"u8, attempt.Outcome is { } outcome ? Words.Of(outcome) : null);
            writer.WriteText("error"u8, attempt.Error);
            if ((attempt.Outcome is null ? job.Lease?.Heartbeats : attempt.Heartbeats) is { } beats)
            {
                writer.WriteNumber("heartbeats"u8, beats.Count);
                writer.WriteString("lastHeartbeatAt"u8, beats.LastAt.UtcDateTime);
                writer.WriteNumber("longestGapSeconds"u8, beats.LongestGap.TotalSeconds);
            }

            if (attempt.Outcome == AttemptOutcome.Refused && EndOf(job, attempt) is { } ended)
            {
                writer.WriteNumber("afterSeconds"u8, Math.Max(0, Math.Round((attempt.StartedAt - ended).TotalSeconds, 3)));
            }

            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    /// <summary>When the attempt had ended of which a report was refused; null: it is not kept any more.</summary>
    private static DateTimeOffset? EndOf(Job job, Attempt refused) => job.Attempts
        .FirstOrDefault(attempt => attempt.Token == refused.Token && attempt.Outcome != AttemptOutcome.Refused)?.EndedAt;
}
