using System.Text;
using JobOrchestrator.Core;

namespace JobOrchestrator.Shards.Tests;

/// <summary>A key keeps its word, whatever became of its job and whoever holds the shard (simulator seed 40739).</summary>
public sealed class KeysOfGoneJobsTests
{
    private static readonly TimeSpan Retention = TimeSpan.FromMinutes(1);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Keys_OfAJobPastItsRetention_AreTakenUntilTheirTimeIsOverAndTheirPageGoesThen(bool rollsBack) => Lane.Run(async lane =>
    {
        var store = new ModelStore(rollsBack);
        TestReplica replica = await StartAsync(lane, store);
        NewJob first = Keyed(replica);
        await FinishAsync(replica, first);
        await FillPageAsync(replica);

        await lane.PassAsync(Retention.TotalSeconds * 3);
        Assert.False(IsThere(store, first.Id.ToString()));
        Assert.True(IsThere(store, Keys.Page(0, 1, 0)));
        await AssertTakenAsync(replica, first);
        for (int i = 0; i < 2; i++)
        {
            await replica.DisposeAsync();
            replica = await StartAsync(lane, store);
            await AssertTakenAsync(replica, first);
        }

        await lane.PassAsync(3_600);
        await AssertFreeAsync(replica, first);
        await lane.PassAsync(60);
        Assert.False(IsThere(store, Keys.Page(0, 1, 0)));
        await replica.DisposeAsync();
    });

    /// <summary>A crash right after the purge: no page has been written since the job ended.</summary>
    [Theory]
    [InlineData(true, 0)]
    [InlineData(true, 300)]
    [InlineData(false, 0)]
    [InlineData(false, 300)]
    public void Keys_OfAPurgedJob_AreTakenAlsoForTheNextHolders(bool rollsBack, double meanwhile) => Lane.Run(async lane =>
    {
        var store = new ModelStore(rollsBack);
        TestReplica replica = await StartAsync(lane, store);
        NewJob first = Keyed(replica);
        await FinishAsync(replica, first);
        Assert.IsType<Outcome.Forgotten>(await replica.ProposeAsync(new Command.Forget(first.Id)));
        await AssertTakenAsync(replica, first);

        // The last time the page is closed, and its jobs have gone.
        for (int i = 0; i < 3; i++)
        {
            await lane.PassAsync(meanwhile);
            await replica.DisposeAsync();
            replica = await StartAsync(lane, store);
            await AssertTakenAsync(replica, first);
            if (i == 1)
            {
                await FillPageAsync(replica);
            }
        }

        await lane.PassAsync(3_600);
        await AssertFreeAsync(replica, first);
        await replica.DisposeAsync();
    });

    /// <summary>The page goes on for a live job's sake, and the finished one leaves it.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Keys_OfAJobThatHasLeftALivePage_AreTakenAlsoForTheNextHolder(bool rollsBack) => Lane.Run(async lane =>
    {
        var store = new ModelStore(rollsBack);
        TestReplica replica = await StartAsync(lane, store);
        NewJob later = replica.NewJob("later") with { RunAt = TestJobs.Start.AddYears(100) };
        await replica.ProposeAsync("later", new Command.Enqueue(later));
        NewJob first = Keyed(replica);
        await FinishAsync(replica, first);
        await FillPageAsync(replica);
        await lane.PassAsync(300);
        Assert.False(IsThere(store, first.Id.ToString()));

        await replica.DisposeAsync();
        replica = await StartAsync(lane, store);

        await AssertTakenAsync(replica, first);
        await lane.PassAsync(3_600);
        await AssertFreeAsync(replica, first);
        await replica.DisposeAsync();
    });

    /// <summary>The document of the job carries the key, and once it has ended its page does.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Keys_OfAReplacedSubmission_AreTakenAlsoForTheNextHolders(bool rollsBack) => Lane.Run(async lane =>
    {
        var store = new ModelStore(rollsBack);
        TestReplica replica = await StartAsync(lane, store);
        NewJob first = Keyed(replica) with { ExternalId = "x" };
        await replica.ProposeAsync("default", new Command.Enqueue(first));
        NewJob second = replica.NewJob(key: "second") with { Owner = first.Owner, ExternalId = "x", OnDuplicate = OnDuplicate.Replace };
        Assert.IsType<Outcome.Replaced>(await replica.ProposeAsync("default", new Command.Enqueue(second)));
        await replica.DisposeAsync();
        replica = await StartAsync(lane, store);
        Assert.Equal(first.Id, Assert.IsType<Outcome.Replayed>(await AgainAsync(replica, first with { UniqueKey = null })).Job.Id);
        Assert.IsType<Refusal.DuplicateJob>(Assert.IsType<Outcome.Refused>(
            await AgainAsync(replica, first with { IdempotencyKey = null, ExternalId = null, OnDuplicate = OnDuplicate.Reject })).Why);

        Job leased = Assert.Single(await replica.LeaseAsync());
        await replica.ProposeAsync(new Command.Complete(leased.Id, leased.Lease!.Token));
        await FillPageAsync(replica);
        await lane.PassAsync(300);
        await replica.DisposeAsync();
        replica = await StartAsync(lane, store);

        await AssertTakenAsync(replica, first with { ExternalId = null });
        Assert.IsType<Refusal.FirstJobGone>(Assert.IsType<Outcome.Refused>(await AgainAsync(replica, second)).Why);
        await replica.DisposeAsync();
    });

    /// <summary>A job that lives in memory alone has no key in any page: with its holder it is gone, and so is its word.</summary>
    [Fact]
    public void Keys_OfAJobInMemoryAlone_StandInNoPage() => Lane.Run(async lane =>
    {
        var store = new ModelStore();
        await using TestReplica replica = await StartAsync(lane, store);
        NewJob first = Keyed(replica) with { Durable = false };
        await FinishAsync(replica, first);
        await FillPageAsync(replica);
        await lane.PassAsync(10);

        await AssertTakenAsync(replica, first, isKept: true);
        Assert.Empty(PageDocument.Parse(Encoding.UTF8.GetBytes(store.JsonOf(Keys.Page(0, 1, 0))!)).Keys);
    });

    private static NewJob Keyed(TestReplica replica) =>
        replica.NewJob(key: "k") with { UniqueKey = "u", UniqueSeconds = 3_600, Fingerprint = 7 };

    private static async Task AssertTakenAsync(TestReplica replica, NewJob first, bool isKept = false)
    {
        Outcome again = await AgainAsync(replica, first);
        Outcome unique = await AgainAsync(replica, first with { IdempotencyKey = null });
        if (isKept)
        {
            Assert.Equal(first.Id, Assert.IsType<Outcome.Replayed>(again).Job.Id);
            Assert.IsType<Refusal.DuplicateJob>(Assert.IsType<Outcome.Refused>(unique).Why);
            return;
        }

        Assert.Equal(first.Id, Assert.IsType<Refusal.FirstJobGone>(Assert.IsType<Outcome.Refused>(again).Why).First);
        Assert.Equal(first.Id, Assert.IsType<Refusal.KeyOfGoneJob>(Assert.IsType<Outcome.Refused>(unique).Why).Holder);
        Outcome other = await AgainAsync(replica, first with { Fingerprint = 8 });
        Assert.Equal(first.Id, Assert.IsType<Refusal.IdempotencyKeyReused>(Assert.IsType<Outcome.Refused>(other).Why).First);
    }

    private static async Task AssertFreeAsync(TestReplica replica, NewJob first) =>
        Assert.IsType<Outcome.Accepted>(await AgainAsync(replica, first));

    private static Task<Outcome> AgainAsync(TestReplica replica, NewJob first) =>
        replica.ProposeAsync("default", new Command.Enqueue(first with { Id = replica.Shards.NewId("default") }));

    /// <summary>So many other jobs that the page of the first one gets no more.</summary>
    private static async Task FillPageAsync(TestReplica replica) =>
        await FinishAsync(replica, [.. Enumerable.Range(0, 256).Select(_ => replica.NewJob())]);

    private static async Task FinishAsync(TestReplica replica, params NewJob[] jobs)
    {
        Assert.IsType<Outcome.AcceptedMany>(await replica.ProposeAsync("default", new Command.EnqueueMany(jobs)));
        IReadOnlyList<Job> leased = await replica.LeaseAsync(max: jobs.Length);
        Assert.Equal(jobs.Length, leased.Count);
        await Task.WhenAll(leased.Select(job => replica.ProposeAsync(new Command.Complete(job.Id, job.Lease!.Token))));
    }

    private static bool IsThere(ModelStore store, string key) =>
        store.JsonOf(key) is { } json && !json.Contains("\"deleted\":true", StringComparison.Ordinal);

    private static Task<TestReplica> StartAsync(Lane lane, ModelStore store) => lane.StartAsync(
        store, configure: settings => settings with { Jobs = settings.Jobs with { Retention = Retention } });
}
