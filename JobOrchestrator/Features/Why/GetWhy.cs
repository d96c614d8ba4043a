using JobOrchestrator.Core;
using JobOrchestrator.Http;
using JobOrchestrator.Shards;

namespace JobOrchestrator.Features.Why;

/// <summary>
/// <c>GET /jobs/{id}/why</c>: what a job waits for, in order, and about until when; of an ended one, how its time was spent.
/// </summary>
internal static class GetWhy
{
    public static async Task HandleAsync(HttpContext http, Api api)
    {
        JobLookup lookup = Api.TryId(http, out JobId id)
            ? await api.Shards.FindAsync(id, http.RequestAborted)
            : new JobLookup.Unknown();
        if (await Api.VisibleOrAnswerAsync(http, lookup) is not { } job)
        {
            return;
        }

        Caller caller = ApiKeys.CallerOf(http);
        http.Response.Headers.CacheControl = "no-store";
        await JsonAnswer.SendAsync(http, await ExplainAsync(http, api, job, caller.MayOperate(job.Queue)), WhyJson.Write);
    }

    private static async Task<WhyDocument> ExplainAsync(HttpContext http, Api api, Job job, bool isOperator)
    {
        var reasons = new WhyReasons(isOperator);
        if (!job.IsFinished)
        {
            try
            {
                if (await api.Shards.LocateAsync(job, http.RequestAborted) is { Job.IsFinished: false } at)
                {
                    return WhyDocument.Of(at, reasons.Of(at), isOperator ? Locations.Origin(http.Request) : null);
                }

                // It has ended meanwhile, or is about to.
                job = await api.Shards.FindAsync(job.Id, http.RequestAborted) is JobLookup.Found { Job: var later } ? later : job;
            }
            catch (StoreUnavailableException exception)
            {
                return WhyDocument.OfAbsence(job, api.Now, WhyReasons.OfAbsence(exception));
            }
        }

        return WhyDocument.OfEnded(job, api.Now, WhyReasons.OfEnded(job));
    }
}
