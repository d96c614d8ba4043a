using JobOrchestrator.Core;
using Microsoft.Extensions.Primitives;

namespace JobOrchestrator.Http;

/// <summary>A job's ETag is its sequence.</summary>
internal static class EntityTags
{
    public static string Of(Job job) => Of(job.Sequence);

    private static string Of(long sequence) => $"\"{sequence}\"";

    /// <summary>Whether <c>If-None-Match</c> holds the job's tag (compared weakly, RFC 9110 §13.1.2) or is <c>*</c>.</summary>
    public static bool NoneMatchHits(HttpRequest request, Job job) => Hits(request.Headers.IfNoneMatch, job, weak: true);

    /// <summary>
    /// Where <c>If-None-Match</c> hits the job, the sequence up to which it would go on to, were the job to change: everything, if it is
    /// <c>*</c>.
    /// </summary>
    public static long SeenUpTo(HttpRequest request, Job job)
    {
        // Once, however many there are: a caller may name thousands.
        HashSet<string> tags =
            [.. Tags(request.Headers.IfNoneMatch).Select(tag => tag.StartsWith("W/\"", StringComparison.Ordinal) ? tag[2..] : tag)];
        if (tags.Contains("*"))
        {
            return long.MaxValue;
        }

        long seen = job.Sequence;
        while (tags.Contains(Of(seen + 1)))
        {
            seen++;
        }

        return seen;
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
