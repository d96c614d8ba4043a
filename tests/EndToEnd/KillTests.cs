using System.Globalization;
using System.Text.Json;
using Xunit.Abstractions;

namespace EndToEnd;

/// <summary>What nobody may lose when processes die.</summary>
public sealed class KillTests(ITestOutputHelper output)
{
    private static readonly TimeSpan EndDeadline = TimeSpan.FromSeconds(120);

    private static int JobCount { get; } =
        int.Parse(Environment.GetEnvironmentVariable("E2E_JOBS") ?? "2000", CultureInfo.InvariantCulture);

    /// <summary>On a store that rolls back, and on one that goes key by key, where each commit takes two steps.</summary>
    [UnixTheory]
    [InlineData("atomic")]
    [InlineData("redis")]
    public async Task Kill_EachInTurnThenAllDuringJobs_EveryJobEndsAndEveryEventArrivesInOrder(string transactions)
    {
        await using Suite suite = await Suite.StartAsync(_ => new Dictionary<string, string?> { ["LOCAL_TRANSACTIONS"] = transactions });
        Assert.Contains(
            transactions == "redis" ? "\"does not roll back\"" : "\"rolls back\"",
            await suite.Jobs.GetStringAsync(new Uri("/health/ready", UriKind.Relative)),
            StringComparison.Ordinal);
        try
        {
            await KillDuringJobsAsync(suite);
        }
        catch
        {
            foreach (string line in suite.Console.TakeLast(300))
            {
                output.WriteLine(line);
            }

            throw;
        }
    }

    private async Task KillDuringJobsAsync(Suite suite)
    {
        var submitter = new Submitter(suite.Jobs);
        string[][] victims = [["JobOrchestrator"], ["LocalSidecar"], ["MicroserviceX"], [.. Suite.Names]];
        int perRound = JobCount / victims.Length;

        // Each round: half of its jobs are on their way in when the processes die, the others come while they are away.
        foreach (string[] names in victims)
        {
            Task round = submitter.SubmitAsync(perRound);
            await submitter.AcceptedAtLeastAsync(submitter.Accepted.Count + (perRound / 4));
            await suite.KillAndWaitForReturnAsync(names);
            await round;
            output.WriteLine($"{submitter.Accepted.Count} accepted after the death of {string.Join(", ", names)}; {submitter.Repeated} "
                + "submissions repeated so far");
        }

        IReadOnlyList<JobList.Entry> jobs = await JobList.AllFinishedAsync(suite.Jobs, submitter.Accepted.Count, EndDeadline);
        IReadOnlyDictionary<string, List<long>> feed = await Feed.ReadAllAsync(suite.Jobs);
        Owner owner = await Owner.WithAllAsync(suite.MicroserviceX, feed, EndDeadline);

        Assert.Equal(perRound * victims.Length, submitter.Accepted.Count);
        Assert.Equal(submitter.Accepted.Order(), jobs.Select(job => job.Id).Order());
        Assert.All(jobs, job => Assert.Equal("Completed", job.Status));
        Assert.Equal(submitter.Accepted.Order(), feed.Keys.Order());
        Assert.All(jobs, job => Assert.Equal(Sequences(1, job.Sequence), feed[job.Id]));
        Assert.All(jobs, job => Assert.Equal(Sequences(1, job.Sequence), owner.SequencesOf(job.Id)));
        using var audit = JsonDocument.Parse(await suite.Jobs.GetStringAsync(new Uri("/audit", UriKind.Relative)));
        Assert.True(audit.RootElement.GetProperty("holds").GetBoolean(), audit.RootElement.GetRawText());
        Assert.Equal(
            submitter.Accepted.Count,
            audit.RootElement.GetProperty("shards").EnumerateArray().Sum(shard => shard.GetProperty("accepted").GetInt64()));

        // What it takes for news is always newer than all before, up to the very last: so an owner keeps order.
        Assert.All(jobs, job => Assert.Equal(owner.AppliedOf(job.Id).Order(), owner.AppliedOf(job.Id)));
        Assert.All(jobs, job => Assert.Equal(job.Sequence, owner.AppliedOf(job.Id).Last()));
        output.WriteLine($"{jobs.Count} jobs, {feed.Values.Sum(sequences => sequences.Count)} events, {owner.StaleOrRepeated} of them "
            + "stale or repeated at MicroserviceX");
        IEnumerable<string> attempts = jobs.CountBy(job => job.Attempt).OrderBy(group => group.Key)
            .Select(group => $"{group.Value} jobs took {group.Key}");
        output.WriteLine($"attempts: {string.Join(", ", attempts)}");
    }

    private static IEnumerable<long> Sequences(long first, long last)
    {
        for (long sequence = first; sequence <= last; sequence++)
        {
            yield return sequence;
        }
    }
}
