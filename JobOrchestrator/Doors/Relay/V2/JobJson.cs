using System.Text.Json;
using JobOrchestrator.Core;

namespace JobOrchestrator.Doors.Relay.V2;

/// <summary>A job in the words of R2.</summary>
internal static class JobJson
{
    public static NewJob Read(RelayMembers members, RelayIntake intake) => intake.NewJob(intake.Spec(members) with
    {
        LeaseSeconds = (int)members.Whole("timeout", 0, int.MaxValue),
        MaxRetries = (int?)members.WholeOrNull("max_retries", 0, short.MaxValue),
        Input = members.Any("payload"),
    }) with
    {
        State = members.AnyOrNull("state"),
        RunAt = members.RunAt(RelayInstants.Rfc3339),
    };

    public static void Write(Utf8JsonWriter writer, Job job)
    {
        writer.WriteStartObject();
        writer.WriteString("id"u8, RelayJobs.IdOf(job));
        writer.WriteString("queue"u8, job.Queue);
        writer.WriteNumber("timeout"u8, job.LeaseSeconds);
        WriteRetries(writer, "max_retries"u8, job.MaxRetries);
        WriteRetries(writer, "retries_remaining"u8, job.MaxRetries is { } max ? Math.Max(0, max - job.Failures) : null);
        RelayAnswers.Write(writer, "payload"u8, job.Input);
        RelayAnswers.Write(writer, "state"u8, job.State);
        if (job.Lease is { } lease)
        {
            writer.WriteString("run_id"u8, RunId.Of(lease));
        }
        else
        {
            writer.WriteNull("run_id"u8);
        }

        writer.WriteString("run_at"u8, RelayInstants.Text(job.RunAt));
        writer.WriteString("updated_at"u8, RelayInstants.Text(job.UpdatedAt));
        writer.WriteString("created_at"u8, RelayInstants.Text(job.CreatedAt));
        writer.WriteEndObject();
    }

    /// <summary>No limit is null; more than its clients can read is the most that they can.</summary>
    private static void WriteRetries(Utf8JsonWriter writer, ReadOnlySpan<byte> name, int? retries)
    {
        if (retries is { } number)
        {
            writer.WriteNumber(name, Math.Min(number, short.MaxValue));
        }
        else
        {
            writer.WriteNull(name);
        }
    }
}
