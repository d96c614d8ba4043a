using System.Text.Json.Nodes;
using TestSupport;

namespace EndToEnd;

/// <summary>All jobs, through <c>GET /jobs</c> and its pages.</summary>
internal static class JobList
{
    private static readonly string[] FinalStatuses = ["Completed", "Failed", "Cancelled"];

    /// <summary>What the assertions look at.</summary>
    public sealed record Entry(string Id, string Status, long Sequence, int Attempt);

    /// <summary>Reads the list until it holds at least so many jobs and all of them are finished.</summary>
    public static Task<IReadOnlyList<Entry>> AllFinishedAsync(HttpClient jobs, int atLeast, TimeSpan within) =>
        Eventually.ValueAsync(
            () => ReadAllAsync(jobs),
            list => list.Count >= atLeast && list.All(job => FinalStatuses.Contains(job.Status)),
            $"{atLeast} jobs, all finished",
            within);

    private static async Task<IReadOnlyList<Entry>> ReadAllAsync(HttpClient jobs)
    {
        var list = new Page();
        string? next = "/jobs?limit=1000";
        while (next is not null)
        {
            using HttpResponseMessage answer = await jobs.GetAsync(next);
            answer.EnsureSuccessStatusCode();
            foreach (JsonNode? job in JsonNode.Parse(await answer.Content.ReadAsStringAsync())!.AsArray())
            {
                list.Add(new Entry(
                    job!["id"]!.GetValue<string>(),
                    job["status"]!.GetValue<string>(),
                    job["sequence"]!.GetValue<long>(),
                    job["attempt"]?.GetValue<int>() ?? 0));
            }

            next = NextPage(answer);
        }

        return list;
    }

    // Link: <address>; rel="next"
    private static string? NextPage(HttpResponseMessage answer) =>
        answer.Headers.TryGetValues("Link", out IEnumerable<string>? links)
            ? links.SelectMany(link => link.Split(','))
                .Where(link => link.Contains("rel=\"next\"", StringComparison.Ordinal))
                .Select(link => link.Split('<', '>')[1])
                .FirstOrDefault()
            : null;

    private sealed class Page : List<Entry>
    {
        public override string ToString() =>
            string.Join(", ", this.GroupBy(job => job.Status).Select(group => $"{group.Count()} {group.Key}"));
    }
}
