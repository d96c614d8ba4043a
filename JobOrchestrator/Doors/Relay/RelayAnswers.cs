using System.Text.Json;
using JobOrchestrator.Core;
using JobOrchestrator.Http;
using JobOrchestrator.Shards;

namespace JobOrchestrator.Doors.Relay;

/// <summary>What relay's generations say alike.</summary>
internal static class RelayAnswers
{
    /// <summary>409 when an id is taken, 202 otherwise.</summary>
    public static Task SendAcceptedAsync(HttpContext http, NewJob? taken)
    {
        if (taken is not null)
        {
            return RelayDoor.SendTextAsync(
                http, StatusCodes.Status409Conflict, $"job with id `{taken.ExternalId}` already exists in queue `{taken.Queue}`.");
        }

        http.Response.StatusCode = StatusCodes.Status202Accepted;
        return Task.CompletedTask;
    }

    public static Task SendNotFoundAsync(HttpContext http, (string Queue, string Id) name) =>
        RelayDoor.SendTextAsync(http, StatusCodes.Status404NotFound, $"job with id `{name.Id}` not found in queue `{name.Queue}`.");

    /// <summary>An array of jobs, each in its generation's words; 204 when there are none.</summary>
    public static Task SendJobsAsync(HttpContext http, IReadOnlyList<Job> jobs, Action<Utf8JsonWriter, Job> write)
    {
        if (jobs.Count == 0)
        {
            http.Response.StatusCode = StatusCodes.Status204NoContent;
            return Task.CompletedTask;
        }

        return JsonAnswer.SendAsync(http, (jobs, write), static (writer, answer) =>
        {
            writer.WriteStartArray();
            foreach (Job job in answer.jobs)
            {
                answer.write(writer, job);
            }

            writer.WriteEndArray();
        });
    }

    /// <summary>
    /// The live job that the path names; an empty 404 when there is none. It says what the job carries, and has no other way to say a job.
    /// </summary>
    public static async Task SendJobAsync(HttpContext http, Api api, Action<Utf8JsonWriter, Job> write)
    {
        (string queue, string id) = RelayRequest.JobOf(http);
        if (await RelayJobs.FindAsync(http, api, queue, id) is not { } job)
        {
            http.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        ApiKeys.CallerOf(http).RequirePayloads();
        await JsonAnswer.SendAsync(http, await api.Shards.WithInputAsync(job, http.RequestAborted), write);
    }

    /// <summary>
    /// Whether a heartbeat was taken. To a worker there, a job that somebody else had deleted was one that is not found any more: so is
    /// one that is to be cancelled.
    /// </summary>
    public static bool IsTaken(Outcome? heartbeat) => heartbeat is Outcome.Extended { CancelRequested: false };

    /// <summary>A caller's JSON as it was written; none is null.</summary>
    public static void Write(Utf8JsonWriter writer, ReadOnlySpan<byte> name, JsonText? json)
    {
        writer.WritePropertyName(name);
        writer.WriteRawValue((json ?? RelayBody.Null).Utf8, skipInputValidation: true);
    }
}
