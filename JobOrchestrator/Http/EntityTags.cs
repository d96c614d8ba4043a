using JobOrchestrator.Core;
using Microsoft.Extensions.Primitives;

namespace JobOrchestrator.Http;

/// <summary>
/// A job's ETag is its sequence. A proxy that compresses the answers on their way makes another of it, and callers send that one back:
/// nginx puts <c>W/</c> in front, Apache, Caddy and Jetty name the coding (<c>"7-gzip"</c>, <c>"7;gzip"</c>, <c>"7--gzip"</c>). All of
/// them say which state of the job was seen, so they count as ours.
/// </summary>
internal static class EntityTags
{
    // What nearly every job's is.
    private static readonly string[] Small = [.. Enumerable.Range(0, 16).Select(sequence => Make(sequence))];

    private static readonly string[] Codings = ["gzip", "br", "zstd", "deflate", "df"];

    public static string Of(Job job) => Of(job.Sequence);

    private static string Of(long sequence) => sequence < Small.Length && sequence >= 0 ? Small[sequence] : Make(sequence);

    private static string Make(long sequence) => $"\"{sequence}\"";

    /// <summary>Whether <c>If-None-Match</c> holds the job's tag (compared weakly, RFC 9110 §13.1.2) or is <c>*</c>.</summary>
    public static bool NoneMatchHits(HttpRequest request, Job job) => Hits(request.Headers.IfNoneMatch, job);

    /// <summary>
    /// Where <c>If-None-Match</c> hits the job, the sequence up to which it would go on to, were the job to change: everything, if it is
    /// <c>*</c>.
    /// </summary>
    public static long SeenUpTo(HttpRequest request, Job job)
    {
        // Once, however many there are: a caller may name thousands.
        HashSet<string> tags = [.. Tags(request.Headers.IfNoneMatch)];
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

    /// <summary>
    /// Whether <c>If-Match</c> lets the request pass: absent, <c>*</c>, or it holds the job's tag. A weak one too, though RFC 9110 §13.1.1
    /// compares strongly: ours are never weak, so somebody on the way has weakened it, and whoever got it could never change anything.
    /// </summary>
    public static bool MatchPasses(HttpRequest request, Job job) =>
        request.Headers.IfMatch.Count == 0 || Hits(request.Headers.IfMatch, job);

    private static bool Hits(StringValues header, Job job)
    {
        string own = Of(job);
        return Tags(header).Any(tag => tag == "*" || tag == own);
    }

    // Our own tags hold no comma, so splitting at each can only part tags that are not ours.
    private static IEnumerable<string> Tags(StringValues header) =>
        header.SelectMany(value => (value ?? "").Split(',')).Select(tag => AsSent(tag.Trim())).Where(tag => tag.Length > 0);

    /// <summary>The tag as we sent it, before somebody on the way made another of it.</summary>
    private static string AsSent(string tag)
    {
        string strong = tag.StartsWith("W/", StringComparison.Ordinal) ? tag[2..] : tag;
        if (strong.Length < 2 || strong[0] != '"' || char.IsAsciiDigit(strong[^2]))
        {
            return strong;
        }

        // Early Apaches put the coding behind the quotes.
        string inner = strong.Trim('"');
        foreach (string coding in Codings)
        {
            if (inner.EndsWith(coding, StringComparison.OrdinalIgnoreCase))
            {
                string sequence = inner[..^coding.Length].TrimEnd('"', '-', ';', ':', '.', '+', '_');
                return sequence.Length + coding.Length < inner.Length ? $"\"{sequence}\"" : strong;
            }
        }

        return strong;
    }
}
