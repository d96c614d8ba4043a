using System.Text.Json.Nodes;

namespace EndToEnd;

/// <summary>JobOrchestrator's feed, from its oldest event.</summary>
internal static class Feed
{
    /// <summary>What the assertions look at.</summary>
    public sealed record Entry(string JobId, long Sequence, string Type);

    /// <summary>The sequences of every job's events, in the order in which the feed gives them.</summary>
    public static async Task<IReadOnlyDictionary<string, List<long>>> ReadAllAsync(HttpClient jobs) =>
        (await EntriesAsync(jobs, "owner=microservice-x"))
            .GroupBy(entry => entry.JobId)
            .ToDictionary(job => job.Key, job => job.Select(entry => entry.Sequence).ToList());

    /// <summary>The events, in the order in which the feed gives them.</summary>
    /// <param name="jobs">The orchestrator.</param>
    /// <param name="filter">Which, as the query says it: <c>owner=…</c> or <c>queue=…</c>.</param>
    public static async Task<IReadOnlyList<Entry>> EntriesAsync(HttpClient jobs, string filter)
    {
        var entries = new List<Entry>();
        string cursor = "oldest";
        while (true)
        {
            using var request = new HttpRequestMessage(
                HttpMethod.Get, $"/events?{filter}&limit=1000&after={Uri.EscapeDataString(cursor)}")
            {
                Headers = { { "Accept", "application/json" } },
            };
            using HttpResponseMessage answer = await jobs.SendAsync(request);
            answer.EnsureSuccessStatusCode();
            JsonNode page = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;
            JsonArray items = page["events"]!.AsArray();
            if (items.Count == 0)
            {
                return entries;
            }

            entries.AddRange(items.Select(item => new Entry(
                item!["data"]!["jobId"]!.GetValue<string>(),
                item["data"]!["sequence"]!.GetValue<long>(),
                item["type"]!.GetValue<string>())));
            cursor = page["cursor"]!.GetValue<string>();
        }
    }
}
