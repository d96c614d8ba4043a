using System.Globalization;
using System.Net;
using System.Text.Json;
using JobOrchestrator.Core;
using JobOrchestrator.Sdk;
using JobOrchestrator.Shards;
using Job = JobOrchestrator.Core.Job;

namespace JobOrchestrator.Simulation;

/// <summary>What the service answers workers, as it stands on the wire: of a job, what a worker goes by.</summary>
internal static class WorkWords
{
    /// <summary>The answer of <c>POST /queues/{queue}/lease</c>.</summary>
    public static void WriteLeased(Utf8JsonWriter writer, IReadOnlyList<Job> jobs)
    {
        writer.WriteStartArray();
        foreach (Job job in jobs)
        {
            writer.WriteStartObject();
            writer.WriteString("leaseToken"u8, job.Lease!.Token);
            writer.WriteString("leaseExpiresAt"u8, job.Lease.ExpiresAt.UtcDateTime);
            writer.WriteString("id"u8, job.Id.Value);
            writer.WriteString("type"u8, job.Type);
            writer.WriteString("queue"u8, job.Queue);
            writer.WriteString("status"u8, Words.Of(job.Status));
            WriteRaw(writer, "input"u8, job.Input);
            WriteRaw(writer, "state"u8, job.State);
            writer.WriteNumber("attempt"u8, job.Attempt);
            if (job.MaxRetries is { } limit)
            {
                writer.WriteNumber("maxRetries"u8, limit);
            }

            writer.WriteNumber("leaseSeconds"u8, job.LeaseSeconds);
            WriteText(writer, "externalId"u8, job.ExternalId);
            WriteText(writer, "uniqueKey"u8, job.UniqueKey);
            writer.WriteBoolean("cancelRequested"u8, job.CancelRequested);
            WriteAttempts(writer, job.Attempts);
            writer.WriteNumber("sequence"u8, job.Sequence);
            writer.WriteString("createdAt"u8, job.CreatedAt.UtcDateTime);
            writer.WriteString("updatedAt"u8, job.UpdatedAt.UtcDateTime);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    /// <summary>The answer of <c>POST /jobs/report</c>.</summary>
    public static void WriteOutcomes(Utf8JsonWriter writer, IReadOnlyList<Report> reports, IReadOnlyList<Reported> told)
    {
        writer.WriteStartObject();
        writer.WriteStartArray("outcomes"u8);
        foreach ((Report report, Reported one) in reports.Zip(told))
        {
            writer.WriteStartObject();
            writer.WriteString("jobId"u8, report.JobId);
            writer.WriteNumber("status"u8, (int)one.Status);
            if ((int)one.Status >= 400)
            {
                WriteProblem(writer, one.Status, string.Create(CultureInfo.InvariantCulture, $"{one.Answer}"));
            }
            else if (one.Outcome is Outcome.Extended extended)
            {
                writer.WriteString("leaseExpiresAt"u8, extended.LeaseExpiresAt.UtcDateTime);
                writer.WriteBoolean("cancelRequested"u8, extended.CancelRequested);
            }

            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    /// <summary>The answer of <c>POST /jobs/cancels</c>.</summary>
    public static void WriteNews(Utf8JsonWriter writer, IReadOnlyList<ToldOfLease> told)
    {
        writer.WriteStartObject();
        writer.WriteStartArray("outcomes"u8);
        foreach (ToldOfLease one in told)
        {
            writer.WriteStartObject();
            writer.WriteString("jobId"u8, one.JobId.Value);
            writer.WriteNumber("status"u8, (int)one.Status);
            if ((int)one.Status < 400)
            {
                writer.WriteBoolean("cancelRequested"u8, true);
            }
            else
            {
                WriteProblem(writer, one.Status, "The lease is over.");
            }

            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void WriteProblem(Utf8JsonWriter writer, HttpStatusCode status, string title)
    {
        writer.WriteStartObject("problem"u8);
        writer.WriteString("title"u8, title);
        writer.WriteNumber("status"u8, (int)status);
        writer.WriteEndObject();
    }

    private static void WriteAttempts(Utf8JsonWriter writer, IReadOnlyList<Attempt> attempts)
    {
        writer.WriteStartArray("attempts"u8);
        foreach (Attempt attempt in attempts)
        {
            writer.WriteStartObject();
            writer.WriteNumber("number"u8, attempt.Number);
            writer.WriteString("worker"u8, attempt.Worker);
            writer.WriteString("startedAt"u8, attempt.StartedAt.UtcDateTime);
            WriteText(writer, "outcome"u8, attempt.Outcome is { } outcome ? Words.Of(outcome) : null);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static void WriteRaw(Utf8JsonWriter writer, ReadOnlySpan<byte> name, JsonText? value)
    {
        if (value is not null)
        {
            writer.WritePropertyName(name);
            writer.WriteRawValue(value.Utf8);
        }
    }

    private static void WriteText(Utf8JsonWriter writer, ReadOnlySpan<byte> name, string? value)
    {
        if (value is not null)
        {
            writer.WriteString(name, value);
        }
    }
}
