using System.Text.Json.Nodes;

namespace EndToEnd;

/// <summary>JobOrchestrator's feed, from its oldest event.</summary>
internal static class Feed
{
    /// <summary>The sequences of every job's events, in the order in which the feed gives them.</summary>
    public static async Task<IReadOnlyDictionary<string, List<long>>> ReadAllAsync(HttpClient jobs)
    {
        var events = new Dictionary<string, List<long>>();
        var cursor = "oldest";
        while (true)
        {
            using var request = new HttpRequestMessage(
                HttpMethod.Get, $"/events?owner=microservice-x&limit=1000&after={Uri.EscapeDataString(cursor)}")
            {
                Headers = { { "Accept", "application/json" } },
            };
            using var answer = await jobs.SendAsync(request);
            answer.EnsureSuccessStatusCode();
            var page = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;
            var items = page["events"]!.AsArray();
            if (items.Count == 0)
            {
                return events;
            }

            foreach (var data in items.Select(item => item!["data"]!))
            {
                var jobId = data["jobId"]!.GetValue<string>();
                (events.TryGetValue(jobId, out var sequences) ? sequences : events[jobId] = [])
                    .Add(data["sequence"]!.GetValue<long>());
            }

            cursor = page["cursor"]!.GetValue<string>();
        }
    }
}
