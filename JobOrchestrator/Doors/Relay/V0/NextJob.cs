using System.Text.Json;
using JobOrchestrator.Core;
using JobOrchestrator.Http;

namespace JobOrchestrator.Doors.Relay.V0;

/// <summary><c>GET /next?queue=</c>: one job as an object; 204 when there is none.</summary>
internal static class NextJob
{
    public static async Task HandleAsync(HttpContext http, Api api)
    {
        IReadOnlyList<Job> jobs = await RelayLease.TakeAsync(http, api, RelayRequest.Required(http, "queue"), 1);
        if (jobs.Count == 0)
        {
            http.Response.StatusCode = StatusCodes.Status204NoContent;
            return;
        }

        await JsonAnswer.SendAsync(http, jobs[0], Write);
    }

    private static void Write(Utf8JsonWriter writer, Job job)
    {
        writer.WriteStartObject();
        writer.WriteString("id"u8, RelayJobs.IdOf(job));
        writer.WriteString("queue"u8, job.Queue);
        writer.WriteNumber("timeout"u8, job.LeaseSeconds);
        writer.WriteNumber("max_retries"u8, ToSaid(job.MaxRetries));
        RelayAnswers.Write(writer, "payload"u8, job.Input);
        writer.WriteBoolean("persist_data"u8, job.Durable);
        if (job.State is { } state && !state.Equals(RelayBody.Null))
        {
            RelayAnswers.Write(writer, "state"u8, state);
        }

        writer.WriteEndObject();
    }

    /// <summary>What was said to get so many retries; as near as it can be said in a byte.</summary>
    private static int ToSaid(int? maxRetries) => maxRetries switch
    {
        null => byte.MaxValue,
        0 or 1 => maxRetries.Value,
        { } many => Math.Min(byte.MaxValue, many - 1),
    };
}
