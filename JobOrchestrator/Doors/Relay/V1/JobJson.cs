using System.Text.Json;
using JobOrchestrator.Core;

namespace JobOrchestrator.Doors.Relay.V1;

/// <summary>A job in the words of R1.</summary>
internal static class JobJson
{
    /// <summary>Says "without end".</summary>
    private const int Endless = -1;

    public static NewJob Read(RelayMembers members, RelayIntake intake) => intake.NewJob(intake.Spec(members) with
    {
        LeaseSeconds = (int)Math.Max(0, members.Whole("timeout", int.MinValue, int.MaxValue)),
        MaxRetries = members.WholeOr(0, "max_retries", int.MinValue, int.MaxValue) is >= 0 and var retries ? (int)retries : null,
        Input = members.Any("payload"),
    }) with
    {
        State = members.AnyOrNull("state"),
        RunAt = members.RunAt(RelayInstants.AnyForm),
    };

    public static void Write(Utf8JsonWriter writer, Job job)
    {
        writer.WriteStartObject();
        writer.WriteString("id"u8, RelayJobs.IdOf(job));
        writer.WriteString("queue"u8, job.Queue);
        writer.WriteNumber("timeout"u8, job.LeaseSeconds);
        writer.WriteNumber("max_retries"u8, job.MaxRetries ?? Endless);
        RelayAnswers.Write(writer, "payload"u8, job.Input);
        RelayAnswers.Write(writer, "state"u8, job.State);
        writer.WriteString("run_at"u8, RelayInstants.Text(job.RunAt));
        writer.WriteString("updated_at"u8, RelayInstants.Text(job.UpdatedAt));
        writer.WriteEndObject();
    }
}
