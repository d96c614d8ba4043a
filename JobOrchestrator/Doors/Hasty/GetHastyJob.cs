using JobOrchestrator.Core;
using JobOrchestrator.Http;
using JobOrchestrator.Shards;

namespace JobOrchestrator.Doors.Hasty;

/// <summary><c>GET /{jobId}</c>: any job, in Hasty's words. An unknown one is a 400.</summary>
internal static class GetHastyJob
{
    // Its ids were 12 bytes, written in hexadecimal.
    private const int IdDigits = 24;

    public static async Task HandleAsync(HttpContext http, Api api)
    {
        string text = (string)http.Request.RouteValues["jobId"]!;
        if (!JobId.TryParse(text, out JobId id)
            || await api.Shards.FindAsync(id, http.RequestAborted) is not JobLookup.Found { Job: var job }
            || !ApiKeys.CallerOf(http).MaySee(job))
        {
            await HastyDoor.RefuseAsync(http, $"no job with id: {text}");
            return;
        }

        await JsonAnswer.SendAsync(http, job, static (writer, job) =>
        {
            writer.WriteStartObject();
            writer.WriteStartObject("message"u8);
            writer.WriteString("id"u8, job.Id.Value.ToString("N")[^IdDigits..]);
            writer.WriteString("job_id"u8, job.Id.Value);
            writer.WriteString("object_id"u8, job.UniqueKey ?? job.ExternalId ?? "");
            writer.WriteString("status"u8, HastyDoor.WordOf(job.Status));
            writer.WriteNumber("timestamp"u8, job.CreatedAt.ToUnixTimeSeconds());
            writer.WriteNumber(
                "sleep_time_used"u8, job.Status == JobStatus.Completed ? (long)(job.FinishedAt - job.StartedAt)!.Value.TotalSeconds : 0);
            writer.WriteEndObject();
            writer.WriteEndObject();
        });
    }
}
