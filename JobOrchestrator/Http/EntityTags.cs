using JobOrchestrator.Core;
using Microsoft.Extensions.Primitives;

namespace JobOrchestrator.Http;

/// <summary>A job's ETag is its sequence.</summary>
internal static class EntityTags
{
    public static string Of(Job job) => $"\"{job.Sequence}\"";

    /// <summary>Whether <c>If-None-Match</c> holds the job's tag (compared weakly, RFC 9110 §13.1.2) or is <c>*</c>.</summary>
    public static bool NoneMatchHits(HttpRequest request, Job job) => Hits(request.Headers.IfNoneMatch, job, weak: true);

    /// <summary>
    /// Where <c>If-None-Match</c> hits the job, the sequence up to which it would go on to, were the job to change: everything, if it is
    /// <c>*</c>.
    /// </summary>
    public static long SeenUpTo(HttpRequest request, Job job)
    {
        if (Tags(request.Headers.IfNoneMatch).Contains("*"))
        {
            return long.MaxValue;
        }

        Job seen = job;
        while (seen with { Sequence = seen.Sequence + 1 } is var next && NoneMatchHits(request, next))
        {
            seen = next;
        }

        return seen.Sequence;
    }

    /// <summary>Whether <c>If-Match</c> lets the request pass: absent, <c>*</c>, or it holds the job's tag (compared strongly).</summary>
    public static bool MatchPasses(HttpRequest request, Job job) =>
        request.Headers.IfMatch.Count == 0 || Hits(request.Headers.IfMatch, job, weak: false);

    private static bool Hits(StringValues header, Job job, bool weak)
    {
        string tag = Of(job);
        foreach (string candidate in Tags(header))
        {
            if (candidate == "*" || candidate == tag
                || (weak && candidate.StartsWith("W/", StringComparison.Ordinal) && candidate.AsSpan(2).SequenceEqual(tag)))
            {
                return true;
            }
        }

        return false;
    }

    // Our own tags hold no comma, so splitting at each can only part tags that are not ours.
    private static IEnumerable<string> Tags(StringValues header) =>
        header.SelectMany(value => (value ?? "").Split(',')).Select(tag => tag.Trim()).Where(tag => tag.Length > 0);
}
