using JobOrchestrator.Core;
using JobOrchestrator.Http;

namespace JobOrchestrator.Features.Jobs;

/// <summary><c>DELETE /jobs/{id}?purge=true</c>: forgets a finished job before its time.</summary>
internal static class PurgeJob
{
    public static async Task HandleAsync(HttpContext http, Api api)
    {
        if (!Api.TryId(http, out JobId id))
        {
            await Problems.SendAsync(http, Problems.JobNotFound);
            return;
        }

        (bool passes, long? ifSequence) = await IfMatch.CheckOrAnswerAsync(http, api);
        if (!passes)
        {
            return;
        }

        (_, Problem? problem) = await api.ProposeAsync(http, new Command.Forget(id) { IfSequence = ifSequence });
        if (problem is not null)
        {
            await Problems.SendAsync(http, problem);
            return;
        }

        http.Response.StatusCode = StatusCodes.Status204NoContent;
    }
}
