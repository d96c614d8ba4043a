using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using TestSupport;
using Xunit.Abstractions;

namespace EndToEnd.Owners;

/// <summary>An owner that is away while the broker gives its events up.</summary>
public sealed class LossyBrokerTests(ITestOutputHelper output)
{
    private const int JobCount = 100;
    private static readonly TimeSpan CatchUpDeadline = TimeSpan.FromSeconds(10);

    [UnixFact]
    public async Task OwnerAwayWhileTheBrokerDropsItsEvents_HasEachOfThemOnceSecondsAfterItsReturn()
    {
        await using LossyBroker services = await LossyBroker.StartAsync();
        IReadOnlyList<string> before = await RunAsync(services, 1);
        await HasAllOnceAsync(services, before);
        await services.StopOwnerAsync();

        IReadOnlyList<string> meanwhile = await RunAsync(services, JobCount);
        // Every event of theirs, after the last try: none of them comes over the broker any more.
        await Eventually.ValueAsync(
            () => services.Dropped,
            dropped => dropped == meanwhile.Count,
            $"the broker has dropped {meanwhile.Count} events",
            TimeSpan.FromSeconds(60));
        await services.StartOwnerAsync();

        long returned = Stopwatch.GetTimestamp();
        IReadOnlyList<Received> received = await HasAllOnceAsync(services, [.. before, .. meanwhile]);
        output.WriteLine($"{meanwhile.Count} events of {JobCount} jobs dropped by the broker; all of them "
            + $"handled {Stopwatch.GetElapsedTime(returned).TotalSeconds:0.00} s after the owner was ready");
        Assert.Equal(meanwhile.Order(), received.Where(item => item.Source == "Feed").Select(item => item.Id).Order().Except(before));
    }

    /// <summary>Runs jobs to their end and returns the ids of their events.</summary>
    private static async Task<IReadOnlyList<string>> RunAsync(LossyBroker services, int count)
    {
        using HttpResponseMessage answer = await services.Jobs.PostAsJsonAsync("/jobs/batch", Enumerable.Range(0, count).Select(_ => new
        {
            owner = "microservice-x",
            type = "simulate",
            input = new { seconds = 0.2, steps = 2 },
        }));
        answer.EnsureSuccessStatusCode();
        var ids = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!
            .AsArray()
            .Select(job => job!["id"]!.GetValue<string>())
            .ToHashSet();
        await JobList.AllFinishedAsync(services.Jobs, ids.Count, TimeSpan.FromSeconds(60));
        return [.. (await Feed.EntriesAsync(services.Jobs, "owner=microservice-x"))
            .Where(entry => ids.Contains(entry.JobId))
            .Select(entry => $"{entry.JobId}-{entry.Sequence}")];
    }

    private static async Task<IReadOnlyList<Received>> HasAllOnceAsync(LossyBroker services, IReadOnlyList<string> ids)
    {
        List<Received> received = await Eventually.ValueAsync(
            async () => (await services.Owner.GetFromJsonAsync<List<Received>>("/events"))!,
            received => received.Count >= ids.Count,
            $"{ids.Count} events at the owner",
            CatchUpDeadline);
        Assert.Equal(ids.Order(), received.Select(item => item.Id).Order());
        Assert.All(received, item => Assert.Equal(0, item.Repeats));
        return received;
    }

    // Of what GET /events shows.
    private sealed record Received(string Id, string Source, int Repeats);
}
