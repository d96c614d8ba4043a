using System.Text.RegularExpressions;

namespace JobOrchestrator.Sdk;

/// <summary>The next page of a list: <c>Link: &lt;…&gt;; rel="next"</c> (RFC 8288).</summary>
internal static partial class LinkHeader
{
    /// <summary>The next page's path and query, relative to the orchestrator; null on the last page.</summary>
    /// <param name="response">A page.</param>
    /// <param name="list">The list's path.</param>
    /// <param name="page">The path and query that this page was asked for with.</param>
    /// <exception cref="JobOrchestratorException">The next page is this one: so it would go on for ever.</exception>
    public static string? Next(HttpResponseMessage response, string list, string page) =>
        Find(response, list) is not { } next || next != page
            ? Find(response, list)
            : throw new JobOrchestratorException("The list brings a page again: its next page is itself.", response.StatusCode);

    private static string? Find(HttpResponseMessage response, string list)
    {
        if (!response.Headers.TryGetValues("Link", out IEnumerable<string>? values))
        {
            return null;
        }

        foreach (Match link in values.SelectMany(value => Links().Matches(value)))
        {
            if (link.Groups["parameters"].Value.Contains("rel=\"next\"", StringComparison.OrdinalIgnoreCase))
            {
                // Only the query counts: the absolute address is the one that the orchestrator is known by to itself,
                // which behind a sidecar or a proxy is not the one that works from here.
                string target = link.Groups["target"].Value;
                int query = target.IndexOf('?', StringComparison.Ordinal);
                return query < 0 ? null : list + target[query..];
            }
        }

        return null;
    }

    /// <summary>A target may have commas in it, a queue's name for one; between the brackets they part nothing.</summary>
    [GeneratedRegex("<(?<target>[^>]*)>(?<parameters>[^<]*)")]
    private static partial Regex Links();
}
