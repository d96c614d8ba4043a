using JobOrchestrator.Core;
using JobOrchestrator.Http;
using JobOrchestrator.Shards;

namespace JobOrchestrator.Features.Jobs;

/// <summary>
/// <c>GET /jobs/{id}</c> and <c>GET /Jobs/get?jobId=</c>: the job. With <c>If-None-Match</c> and <c>Prefer: wait=N</c> a long poll:
/// answered when the job changes, or 304 when the time is up.
/// </summary>
internal static class GetJob
{
    public static async Task HandleAsync(HttpContext http, Api api) =>
        await AnswerAsync(http, api, Api.TryId(http, out JobId id) ? id : null);

    public static async Task HandleByQueryAsync(HttpContext http, Api api) =>
        await AnswerAsync(
            http,
            api,
            Query.Text(http.Request, "jobId") is not { } said ? throw Query.Malformed("jobId", "a job's id")
            : JobId.TryParse(said, out JobId id) ? id
            : null);

    private static async Task AnswerAsync(HttpContext http, Api api, JobId? id)
    {
        JobLookup lookup = id is { } known ? await api.Shards.FindAsync(known, http.RequestAborted) : new JobLookup.Unknown();
        if (await Api.VisibleOrAnswerAsync(http, lookup) is not { } job)
        {
            return;
        }

        if (http.Request.Headers.IfNoneMatch.Count > 0 && Preferences.Of(http.Request).Granted(api.WaitMax(http)) is { } wait)
        {
            JobAnswer.SetWaitApplied(http, wait);
            if (wait > TimeSpan.Zero && EntityTags.NoneMatchHits(http.Request, job))
            {
                // A finished job changes no more, so it is not waited for.
                lookup = job.IsFinished
                    ? lookup
                    : await api.WaitAsync(http, job.Id, JobCondition.Beyond(EntityTags.SeenUpTo(http.Request, job)), wait);
                if (await Api.VisibleOrAnswerAsync(http, lookup) is not { } later)
                {
                    return;
                }

                job = later;
            }
        }

        if (EntityTags.NoneMatchHits(http.Request, job))
        {
            JobAnswer.SetHeaders(http, job, StatusCodes.Status304NotModified);
            return;
        }

        TimeSpan? left = job.IsFinished ? null : await api.Shards.LeftAsync(job, http.RequestAborted);
        await JobAnswer.SendAsync(http, api.Shards, job, StatusCodes.Status200OK, left);
    }
}
