using System.Globalization;
using System.Text.Json;
using JobOrchestrator.Core;

namespace JobOrchestrator.Shards;

/// <summary>
/// A job as it is stored. The callers' JSON is kept as strings holding the exact text: a store that keeps JSON as
/// its own and the sidecar's HTTP API, over which anyone may read a job, re-encode JSON numbers. Fields are only ever added; unknown
/// ones are ignored.
/// </summary>
internal static class JobDocument
{
    /// <summary>
    /// What stays of a purged job, with the keys that it leaves taken, for its page may not have them yet. Without TTL it stays longer.
    /// </summary>
    public static byte[] Tombstone(JobId id, DateTimeOffset purgedAt, IReadOnlyList<KeyGuard>? keys = null) =>
        DocumentWriter.ToUtf8((id, purgedAt, keys), static (writer, of) =>
        {
            writer.WriteStartObject();
            writer.WriteString("id"u8, of.id.Value);
            writer.WriteString("purgedAt"u8, of.purgedAt.UtcDateTime);
            KeyGuardJson.Write(writer, "keys"u8, of.keys ?? []);
            writer.WriteEndObject();
        });

    /// <summary>Writes a job with the epoch and commit that it is of, by which an unfinished commit is recognised.</summary>
    public static void Write(Utf8JsonWriter writer, Job job, long epoch, long commit)
    {
        writer.WriteStartObject();
        writer.WriteNumber("epoch"u8, epoch);
        writer.WriteNumber("commit"u8, commit);
        writer.WriteString("id"u8, job.Id.Value);
        writer.WriteNumber("order"u8, job.Order);
        writer.WriteText("externalId"u8, job.ExternalId);
        writer.WriteString("type"u8, job.Type);
        writer.WriteString("queue"u8, job.Queue);
        writer.WriteText("owner"u8, job.Owner);
        writer.WriteString("status"u8, Words.Of(job.Status));
        WriteJson(writer, "input"u8, job.Input);
        WriteJson(writer, "state"u8, job.State);
        WriteJson(writer, "result"u8, job.Result);
        writer.WriteProgress(job.Progress);
        WriteError(writer, job.Error);
        writer.WriteNumber("attempt"u8, job.Attempt);
        writer.WriteNumber("failures"u8, job.Failures);
        writer.WriteNumber("maxRetries"u8, job.MaxRetries);
        writer.WriteBackoff(job.Backoff);
        writer.WriteNumber("leaseSeconds"u8, job.LeaseSeconds);
        writer.WriteNumber("timeLimitSeconds"u8, job.TimeLimitSeconds);
        writer.WriteInstant("deadlineAt"u8, job.DeadlineAt);
        writer.WriteInstant("runAt"u8, job.RunAt);
        writer.WriteNumber("priority"u8, job.Priority);
        writer.WriteLabels(job.Labels);
        writer.WriteText("uniqueKey"u8, job.UniqueKey);
        writer.WriteNumber("uniqueSeconds"u8, job.UniqueSeconds);
        writer.WriteText("idempotencyKey"u8, job.IdempotencyKey);
        if (job.IdempotencyKey is not null)
        {
            writer.WriteString("fingerprint"u8, job.Fingerprint.ToString("x32", CultureInfo.InvariantCulture));
        }

        writer.WriteInstant("idempotencyUntil"u8, job.IdempotencyUntil);
        KeyGuardJson.Write(writer, "earlierKeys"u8, job.EarlierKeys);
        if (job.CancelRequested)
        {
            writer.WriteBoolean("cancelRequested"u8, true);
        }

        WriteLease(writer, job.Lease);
        WriteAttempts(writer, job.Attempts);
        writer.WriteNumber("sequence"u8, job.Sequence);
        writer.WriteTraceparent(job.Spec);
        writer.WriteText("tracestate"u8, job.Spec.Tracestate);
        writer.WriteText("retryOf"u8, job.RetryOf?.ToString());
        writer.WriteText("retriedAs"u8, job.RetriedAs?.ToString());
        writer.WriteInstant("createdAt"u8, job.CreatedAt);
        writer.WriteInstant("startedAt"u8, job.StartedAt);
        writer.WriteInstant("updatedAt"u8, job.UpdatedAt);
        writer.WriteInstant("finishedAt"u8, job.FinishedAt);
        writer.WriteInstant("expiresAt"u8, job.ExpiresAt);
        writer.WriteEndObject();
    }

    /// <summary>
    /// Reads a stored document: a job, or what stays of a purged one. What cannot be read is said to be so, and is no exception: one
    /// document that somebody has spoilt is that job's affair alone.
    /// </summary>
    /// <param name="utf8">The document.</param>
    /// <param name="shared">For whoever reads many: has what they say alike.</param>
    public static JobLookup Read(ReadOnlyMemory<byte> utf8, SharedParts? shared = null)
    {
        try
        {
            return JobReader.Read(utf8.Span, shared);
        }
        catch (Exception exception) when (UnreadableException.Why(exception) is { } reason)
        {
            return new JobLookup.Unreadable(reason);
        }
    }

    private static void WriteError(Utf8JsonWriter writer, JobError? error)
    {
        if (error is null)
        {
            return;
        }

        writer.WriteStartObject("error"u8);
        writer.WriteString("type"u8, error.Type);
        writer.WriteString("title"u8, error.Title);
        writer.WriteNumber("status"u8, error.Status);
        WriteJson(writer, "detail"u8, error.Detail);
        writer.WriteEndObject();
    }

    private static void WriteLease(Utf8JsonWriter writer, Lease? lease)
    {
        if (lease is null)
        {
            return;
        }

        writer.WriteStartObject("lease"u8);
        writer.WriteString("token"u8, lease.Token);
        writer.WriteString("worker"u8, lease.Worker);
        writer.WriteInstant("expiresAt"u8, lease.ExpiresAt);
        if (lease.CancelTold)
        {
            writer.WriteBoolean("cancelTold"u8, true);
        }

        if (lease.StateNumber > 0)
        {
            writer.WriteNumber("stateNumber"u8, lease.StateNumber);
        }

        WriteHeartbeats(writer, lease.Heartbeats);
        writer.WriteEndObject();
    }

    private static void WriteHeartbeats(Utf8JsonWriter writer, Heartbeats? beats)
    {
        if (beats is null)
        {
            return;
        }

        writer.WriteStartObject("heartbeats"u8);
        writer.WriteNumber("count"u8, beats.Count);
        writer.WriteInstant("lastAt"u8, beats.LastAt);
        writer.WriteNumber("gap"u8, (long)beats.LongestGap.TotalMilliseconds);
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
            writer.WriteInstant("startedAt"u8, attempt.StartedAt);
            writer.WriteString("token"u8, attempt.Token);
            writer.WriteInstant("endedAt"u8, attempt.EndedAt);
            writer.WriteText("outcome"u8, attempt.Outcome is { } outcome ? Words.Of(outcome) : null);
            writer.WriteText("error"u8, attempt.Error);
            WriteHeartbeats(writer, attempt.Heartbeats);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static void WriteJson(Utf8JsonWriter writer, ReadOnlySpan<byte> name, JsonText? value)
    {
        if (value is not null)
        {
            KeptJson.Write(writer, name, value);
        }
    }
}
