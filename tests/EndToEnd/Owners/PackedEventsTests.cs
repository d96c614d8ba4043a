using System.Text;

namespace EndToEnd.Owners;

/// <summary>Events that go to their owner several in a message, through sidecars and the SDK.</summary>
public sealed class PackedEventsTests
{
    private const int JobCount = 200;

    [UnixFact]
    public async Task Owner_OfEventsInFewMessages_HasEachOfThem()
    {
        await using Suite suite = await Suite.StartAsync(_ => new Dictionary<string, string?> { ["Events__Packed"] = "true" });
        var submitter = new Submitter(suite.Jobs);
        await submitter.SubmitAsync(JobCount);
        await JobList.AllFinishedAsync(suite.Jobs, JobCount, TimeSpan.FromSeconds(120));
        IReadOnlyDictionary<string, List<long>> feed = await Feed.ReadAllAsync(suite.Jobs);

        Owner owner = await Owner.WithAllAsync(suite.MicroserviceX, feed, TimeSpan.FromSeconds(30));

        // Not one event a message, which the owner would have as well.
        Assert.InRange(await PacksAsync(suite), 1, feed.Sum(job => job.Value.Count) - 1);
        Assert.All(submitter.Accepted, id => Assert.Equal(feed[id].Order(), owner.SequencesOf(id)));
        Assert.DoesNotContain(suite.Console, line => line.Contains("what the broker should have brought", StringComparison.Ordinal));
    }

    /// <summary>Messages of several events that went through the sidecar, which writes each into its log once.</summary>
    private static async Task<int> PacksAsync(Suite suite)
    {
        int packs = 0;
        foreach (string file in Directory.EnumerateFiles(suite.DataFolder, "*.log", SearchOption.AllDirectories))
        {
            await using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using var reader = new StreamReader(stream, Encoding.Latin1);
            string text = await reader.ReadToEndAsync();
            packs += text.Split("\"type\":\"com.joborchestrator.events.v1\"").Length - 1;
        }

        return packs;
    }
}
