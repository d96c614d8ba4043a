using System.Text.Json.Nodes;
using TestSupport;

namespace EndToEnd;

/// <summary>The events that MicroserviceX has received, as its <c>GET /events</c> shows them.</summary>
internal sealed class Owner
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);
    private readonly Dictionary<string, List<(long Sequence, bool IsNew)>> _received = [];

    /// <summary>How many deliveries MicroserviceX told its handler to be stale or repeated.</summary>
    public int StaleOrRepeated => _received.Values.Sum(events => events.Count(received => !received.IsNew));

    /// <summary>The distinct sequences of one job's events, in ascending order.</summary>
    public IEnumerable<long> SequencesOf(string jobId) =>
        _received.GetValueOrDefault(jobId, []).Select(received => received.Sequence).Distinct().Order();

    /// <summary>The sequences that MicroserviceX took for news, in the order in which it did.</summary>
    public IEnumerable<long> AppliedOf(string jobId) =>
        _received.GetValueOrDefault(jobId, []).Where(received => received.IsNew).Select(received => received.Sequence);

    /// <summary>Waits until MicroserviceX has received every event of the feed.</summary>
    public static async Task<Owner> WithAllAsync(
        HttpClient microserviceX, IReadOnlyDictionary<string, List<long>> feed, TimeSpan within)
    {
        var owner = new Owner();
        await Eventually.ValueAsync(
            async () =>
            {
                await owner.ReadAsync(microserviceX);
                int missing = feed.Sum(job => job.Value.Except(owner.SequencesOf(job.Key)).Count());
                await Task.Delay(missing == 0 ? TimeSpan.Zero : Pause);
                return missing;
            },
            missing => missing == 0,
            "no event of the feed is missing at MicroserviceX",
            within);
        return owner;
    }

    private async Task ReadAsync(HttpClient microserviceX)
    {
        JsonArray events = JsonNode.Parse(await microserviceX.GetStringAsync(new Uri("/events", UriKind.Relative)))!.AsArray();
        _received.Clear();
        foreach (JsonNode? received in events)
        {
            string jobId = received!["jobId"]!.GetValue<string>();
            (_received.TryGetValue(jobId, out List<(long Sequence, bool IsNew)>? list) ? list : _received[jobId] = [])
                .Add((received["sequence"]!.GetValue<long>(), received["delivery"]!.GetValue<string>() == "New"));
        }
    }
}
