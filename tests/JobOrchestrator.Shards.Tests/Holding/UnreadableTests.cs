using JobOrchestrator.Core;

namespace JobOrchestrator.Shards.Tests;

/// <summary>
/// A job's document that somebody has spoilt kept its shard from being held for ever. It is set aside: all others go on, and it is left as
/// it is, for a person to repair.
/// </summary>
public sealed class UnreadableTests
{
    public static TheoryData<bool, string> Spoilt
    {
        get
        {
            var all = new TheoryData<bool, string>();
            foreach (bool rollsBack in new[] { true, false })
            {
                all.Add(rollsBack, "secret words");
                all.Add(rollsBack, "");
                all.Add(rollsBack, "null");
                all.Add(rollsBack, "[]");
                all.Add(rollsBack, "{}");
                all.Add(rollsBack, """{"id":"secret"}""");
            }

            return all;
        }
    }

    public static TheoryData<string, string> SpoiltMembers => new()
    {
        { "\"order\":0,", "\"order\":99999999999999999999," },
        { "\"order\":0,", "\"order\":9223372036854775807," },
        { "\"order\":0,", "\"order\":-1," },
        { "\"order\":0,", "" },
        { "\"status\":\"New\"", "\"status\":\"Secret\"" },
        { "\"status\":\"New\"", "\"status\":null" },
        { "\"status\":\"New\"", "\"status\":\"InProgress\"" },
        { "\"type\":\"test\"", "\"type\":null" },
        { "\"type\":\"test\"", "\"type\":\"\\ud800\"" },
        { "\"attempt\":0", "\"attempt\":\"secret\"" },
        { "\"priority\":0", "\"priority\":1e99" },
    };

    [Theory]
    [MemberData(nameof(Spoilt))]
    public void Load_AJobDocumentIsUnreadable_AllOthersGoOnAndItIsLeftAsItIs(bool rollsBack, string text) =>
        Lane.Run(lane => OthersGoOnAsync(lane, new ModelStore(rollsBack), _ => text));

    [Theory]
    [MemberData(nameof(SpoiltMembers))]
    public void Load_AMemberOfAJobIsNoneThatItCanHave_AllOthersGoOnAndItIsLeftAsItIs(string member, string spoilt) =>
        Lane.Run(lane => OthersGoOnAsync(lane, new ModelStore(), document =>
        {
            Assert.Contains(member, document, StringComparison.Ordinal);
            return document.Replace(member, spoilt, StringComparison.Ordinal);
        }));

    /// <summary>A job under another's key would be written over that one.</summary>
    [Fact]
    public void Load_ADocumentHoldsAnotherJob_TheOtherIsThereOnce() => Lane.Run(async lane =>
    {
        var store = new ModelStore();
        Job[] jobs = await MakeAsync(lane, store);
        store.Spoil(jobs[0].Id.ToString(), store.JsonOf(jobs[1].Id.ToString())!);

        await using TestReplica next = await lane.StartAsync(store, "b");

        Assert.IsType<JobLookup.Unreadable>(await next.Shards.FindAsync(jobs[0].Id, CancellationToken.None));
        Assert.Equal([jobs[1].Id, jobs[2].Id], (await next.LeaseAsync(max: 10)).Select(job => job.Id));
    });

    /// <summary>The accounts say that a job is missing until its document is repaired.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Audit_AJobDocumentIsUnreadable_IsMissingUntilItIsRepaired(bool rollsBack) => Lane.Run(async lane =>
    {
        var store = new ModelStore(rollsBack);
        Job[] jobs = await MakeAsync(lane, store);
        string key = jobs[0].Id.ToString();
        string whole = store.JsonOf(key)!;
        store.Spoil(key, "no JSON");

        await using (TestReplica damaged = await lane.StartAsync(store, "b"))
        {
            await damaged.EnqueueAsync();
            Assert.Equal(1, Assert.Single(await damaged.Shards.AuditAsync(CancellationToken.None))!.Difference);
        }

        store.Spoil(key, whole);
        await using TestReplica repaired = await lane.StartAsync(store, "c");

        Assert.Empty(repaired.Health.Warnings);
        Assert.True(Assert.Single(await repaired.Shards.AuditAsync(CancellationToken.None))!.Holds);
        Assert.Contains(jobs[0].Id, (await repaired.LeaseAsync(max: 10)).Select(job => job.Id));
    });

    /// <summary>Its page is not retired: a page past its time takes the documents that it names with it.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Retention_AJobOfThePageIsUnreadable_ItsDocumentAndItsPageStay(bool rollsBack) => Lane.Run(async lane =>
    {
        var store = new ModelStore(rollsBack);
        TestReplica first = await lane.StartAsync(store, configure: Briefly);
        await first.ProposeAsync("default", new Command.EnqueueMany([.. Enumerable.Range(0, 600).Select(_ => first.NewJob())]));
        Job[] jobs = [.. await first.LeaseAsync(max: 600)];
        await first.PauseAsync("other");
        await first.DisposeAsync();
        string key = jobs[0].Id.ToString();
        store.Spoil(key, "no JSON");

        TestReplica next = await lane.StartAsync(store, "b", Briefly);
        foreach (Job job in jobs[1..])
        {
            Assert.IsType<Outcome.Changed>(await next.ProposeAsync(new Command.Complete(job.Id, job.Lease!.Token)));
        }

        await lane.PassAsync(3_600);
        await next.DisposeAsync();

        Assert.Equal("no JSON", store.JsonOf(key));
        IEnumerable<string> jobsLeft = store.KeysNow.Where(stored => JobId.TryParse(stored, out _));
        Assert.Equal([key], jobsLeft.Where(stored => store.JsonOf(stored) != """{"deleted":true}"""));
        await using TestReplica last = await lane.StartAsync(store, "c", Briefly);
        Assert.Contains("1 are set aside", Assert.Single(last.Health.Warnings), StringComparison.Ordinal);
    });

    /// <summary>One that cannot be read is left out of lists, and commands do not find it.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Reads_AFinishedJobIsUnreadable_NothingElseNotices(bool rollsBack) => Lane.Run(async lane =>
    {
        var store = new ModelStore(rollsBack);
        Job[] jobs = await MakeAsync(lane, store);
        TestReplica first = await lane.StartAsync(store, "b");
        foreach (Job job in await first.LeaseAsync(max: 10))
        {
            await first.ProposeAsync(new Command.Complete(job.Id, job.Lease!.Token));
        }

        await first.DisposeAsync();
        store.Spoil(jobs[1].Id.ToString(), "{}");
        await using TestReplica next = await lane.StartAsync(store, "c");

        JobPage all = await next.Shards.ListAsync(new JobFilter(), null, 10, CancellationToken.None);
        Outcome purged = await next.ProposeAsync(new Command.Forget(jobs[1].Id));

        Assert.Equal([jobs[2].Id, jobs[0].Id], all.Jobs.Select(job => job.Id));
        Assert.IsType<Refusal.UnknownJob>(Assert.IsType<Outcome.Refused>(purged).Why);
        Assert.Equal("{}", store.JsonOf(jobs[1].Id.ToString()));
    });

    /// <summary>Without head or live page nobody knows what a shard has: it is not held, health and log name it.</summary>
    [Theory]
    [InlineData(true, "shard-0-page-")]
    [InlineData(false, "shard-0-page-")]
    [InlineData(true, "shard-0")]
    [InlineData(false, "shard-0")]
    public void Load_AHeadOrAPageIsUnreadable_TheShardIsNotHeldAndItIsNamed(bool rollsBack, string prefix) => Lane.Run(async lane =>
    {
        var store = new ModelStore(rollsBack);
        await MakeAsync(lane, store);
        string key = store.KeysNow.Order(StringComparer.Ordinal).First(key => key.StartsWith(prefix, StringComparison.Ordinal));
        store.Spoil(key, "secret words");
        var log = new LogLines<Replica>();

        await using TestReplica next = lane.Begin(store, "b", logger: log);
        await lane.PassAsync(120);

        string named = key == "shard-0" ? "The shard's head cannot be read" : $"The document {key} cannot be read";
        Assert.Contains(named, Assert.Single(next.Health.Troubles), StringComparison.Ordinal);
        Assert.Contains(named, Assert.Single(log.Lines, line => line.Level == LogLevel.Error).Text, StringComparison.Ordinal);
        Assert.DoesNotContain(log.Lines, line => line.Text.Contains("secret", StringComparison.Ordinal));
        Assert.Equal("secret words", store.JsonOf(key));
    });

    private static async Task OthersGoOnAsync(Lane lane, ModelStore store, Func<string, string> spoil)
    {
        Job[] jobs = await MakeAsync(lane, store);
        string key = jobs[0].Id.ToString();
        string spoilt = spoil(store.JsonOf(key)!);
        store.Spoil(key, spoilt);
        var log = new LogLines<Replica>();

        await using TestReplica next = lane.Begin(store, "b", logger: log);
        await lane.UntilAsync(() => next.IsReady, "the shard is held");

        Assert.IsType<JobLookup.Unreadable>(await next.Shards.FindAsync(jobs[0].Id, CancellationToken.None));
        Assert.Equal(jobs[1..].Select(job => job.Id), (await next.LeaseAsync(max: 10)).Select(job => job.Id));
        await next.EnqueueAsync();
        Assert.Contains("1 are set aside", Assert.Single(next.Health.Warnings), StringComparison.Ordinal);
        string told = Assert.Single(log.Lines, line => line.Level == LogLevel.Error).Text;
        Assert.Contains(key, told, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", told, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(spoilt, store.JsonOf(key));
    }

    /// <summary>Where commits are written in two steps the head has the last one's documents: what is spoilt is written again.</summary>
    [Fact]
    public void Load_DocumentOfTheLastCommitIsSpoilt_IsWrittenAgain() => Lane.Run(async lane =>
    {
        var store = new ModelStore(rollsBack: false);
        Job job;
        await using (TestReplica before = await lane.StartAsync(store))
        {
            job = await before.EnqueueAsync();
        }

        store.Spoil(job.Id.ToString(), "no JSON");
        await using TestReplica next = await lane.StartAsync(store, "b");

        Assert.Equal(job.Id, Assert.Single(await next.LeaseAsync()).Id);
        Assert.Empty(next.Health.Warnings);
    });

    /// <summary>Three jobs of a replica that is gone; their commits are not its last one, which a next holder would redo.</summary>
    private static async Task<Job[]> MakeAsync(Lane lane, ModelStore store)
    {
        await using TestReplica before = await lane.StartAsync(store);
        Job[] jobs = [await before.EnqueueAsync(), await before.EnqueueAsync(), await before.EnqueueAsync()];
        await before.PauseAsync("other");
        return jobs;
    }

    private static ReplicaSettings Briefly(ReplicaSettings settings) =>
        settings with { Jobs = settings.Jobs with { Retention = TimeSpan.FromMinutes(1) } };
}
