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

        Assert.All(submitter.Accepted, id => Assert.Equal(feed[id].Order(), owner.SequencesOf(id)));
        Assert.DoesNotContain(suite.Console, line => line.Contains("what the broker should have brought", StringComparison.Ordinal));
    }
}
