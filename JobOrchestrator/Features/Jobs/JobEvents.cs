using System.Globalization;
using JobOrchestrator.Features.Events;
using JobOrchestrator.Http;
using JobOrchestrator.Shards;

namespace JobOrchestrator.Features.Jobs;

/// <summary>
/// <c>GET /jobs/{id}/events</c>: server-sent events of one job, first how it stands, then each change; <c>id:</c> is the sequence. The
/// stream ends after the final event, and who comes back with <c>Last-Event-ID</c> of that one gets 204, which tells browsers to stay
/// away. Who comes with an id that the job has not reached, of another job or from before a store was put back, begins anew.
/// </summary>
internal static class JobEvents
{
    public static async Task HandleAsync(HttpContext http, Api api)
    {
        long after = ReadLastEventId(http.Request);
        if (await api.FindOrAnswerAsync(http) is not { } job)
        {
            return;
        }

        if (job.IsFinished && after == job.Sequence)
        {
            http.Response.StatusCode = StatusCodes.Status204NoContent;
            return;
        }

        using IDisposable place = api.Limits.TakeStream(http);
        await using EventStream stream = await EventStream.StartAsync(http, api);
        await stream.SendAllAsync(
            cancellationToken => api.Shards.WatchAsync(job.Id, after, cancellationToken),
            static jobEvent => new ServerSentEvent(
                jobEvent.Job.Sequence.ToString(CultureInfo.InvariantCulture),
                Words.EventType(jobEvent.Kind),
                JsonAnswer.ToUtf8(jobEvent, EventJson.WriteData)));
    }

    private static long ReadLastEventId(HttpRequest request)
    {
        string text = request.Headers["Last-Event-ID"].ToString();
        return text.Length == 0
            ? 0
            : long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long sequence)
                ? sequence
                : throw new ProblemException(Problems.Malformed("Header Last-Event-ID: expected a sequence."));
    }
}
