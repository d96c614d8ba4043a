using JobOrchestrator.Core;
using JobOrchestrator.Http;

namespace JobOrchestrator.Features.Jobs;

/// <summary><c>If-Match</c> of a request that changes one job.</summary>
internal static class IfMatch
{
    /// <summary>
    /// Looks the job up where the header is there. Answers where the job cannot be seen (404) or is in another state (412).
    /// </summary>
    /// <returns>
    /// Whether to go on, and the sequence that was matched, so that a change in between is still noticed; null: any will do.
    /// </returns>
    public static async ValueTask<(bool Passes, long? Sequence)> CheckOrAnswerAsync(HttpContext http, Api api)
    {
        if (http.Request.Headers.IfMatch.Count == 0)
        {
            return (true, null);
        }

        return await api.FindOrAnswerAsync(http) is { } job && await PassesOrAnswerAsync(http, api, job)
            ? (true, SequenceOf(http.Request, job))
            : (false, null);
    }

    /// <summary>Whether the job is as the header says. Answers otherwise.</summary>
    public static async ValueTask<bool> PassesOrAnswerAsync(HttpContext http, Api api, Job job)
    {
        if (EntityTags.MatchPasses(http.Request, job))
        {
            return true;
        }

        await Problems.SendAsync(http, Problems.Of(new Refusal.SequenceMismatch(job), ApiKeys.CallerOf(http), api.Now));
        return false;
    }

    /// <summary>The sequence that was matched.</summary>
    public static long? SequenceOf(HttpRequest request, Job job) =>
        request.Headers.IfMatch.Count == 0 || request.Headers.IfMatch.ToString().Trim() == "*" ? null : job.Sequence;
}
