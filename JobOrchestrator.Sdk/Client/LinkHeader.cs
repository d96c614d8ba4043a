namespace JobOrchestrator.Sdk;

/// <summary>The next page of a list: <c>Link: &lt;…&gt;; rel="next"</c> (RFC 8288).</summary>
internal static class LinkHeader
{
    /// <summary>The next page's path and query, relative to the orchestrator; null on the last page.</summary>
    public static string? Next(HttpResponseMessage response)
    {
        if (!response.Headers.TryGetValues("Link", out var values))
        {
            return null;
        }

        foreach (var link in values.SelectMany(value => value.Split(',')))
        {
            var start = link.IndexOf('<', StringComparison.Ordinal);
            var end = link.IndexOf('>', StringComparison.Ordinal);
            if (start >= 0 && end > start && link[end..].Contains("rel=\"next\"", StringComparison.OrdinalIgnoreCase))
            {
                // Only the query counts: the absolute address is the one that the orchestrator is known by to itself,
                // which behind a sidecar or a proxy is not the one that works from here.
                var target = link[(start + 1)..end];
                var query = target.IndexOf('?', StringComparison.Ordinal);
                return query < 0 ? null : "jobs" + target[query..];
            }
        }

        return null;
    }
}
