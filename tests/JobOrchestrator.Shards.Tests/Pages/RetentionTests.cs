using JobOrchestrator.Core;

namespace JobOrchestrator.Shards.Tests;

/// <summary>Finished jobs go when their time is over, at any rate, and whatever stands beside them (F3, F9).</summary>
public sealed class RetentionTests
{
    private const int Slack = 30; // what is no job's: the head, events, a few pages
    private static readonly TimeSpan Retention = TimeSpan.FromMinutes(1);

    /// <summary>F3: pages retired at 102 jobs/s and were swept at 51; above that, everything grew for ever.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Retention_ThreeHundredJobsASecond_KeepsTheDocumentsOfARetentionAndLittleMore(bool rollsBack) => Lane.Run(async lane =>
    {
        const int Rate = 300;
        var store = new ModelStore(rollsBack);
        await using TestReplica replica = await StartAsync(lane, store);

        var counts = new List<int>();
        for (int second = 0; second < 210; second++)
        {
            await FinishAsync(replica, Rate);
            await lane.PassAsync(1);
            if (second >= 120 && second % 10 == 0)
            {
                counts.Add(JobsIn(store));
            }
        }

        // A page goes when the last of its jobs may; none of it waits for long.
        Assert.All(counts, count => Assert.InRange(count, Rate * 55, Rate * 80));
        Assert.InRange(store.HeadOf().LivePages.Count, 0, 8);
    });

    /// <summary>F9: one job that is scheduled a year ahead kept the 255 others of its page for a year.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Retention_APageHasALiveJob_TheOthersOfItGo(bool rollsBack) => Lane.Run(async lane =>
    {
        var store = new ModelStore(rollsBack);
        await using TestReplica replica = await StartAsync(lane, store);
        var later = new List<JobId>();
        for (int i = 0; i < 4; i++)
        {
            NewJob job = replica.NewJob("later");
            later.Add(job.Id);
            await replica.ProposeAsync("later", new Command.Enqueue(job with { RunAt = lane.Clock.GetUtcNow().AddDays(365) }));
            await FinishAsync(replica, 256);
        }

        await lane.PassAsync(600);

        Assert.Equal(4, JobsIn(store));
        JobPage all = await replica.Shards.ListAsync(new JobFilter(), null, 10_000, CancellationToken.None);
        Assert.Equal(later.Select(id => id.Value).Order(), all.Jobs.Select(job => job.Id.Value).Order());

        // Nothing of it depends on what a process remembers.
        await replica.DisposeAsync();
        await using TestReplica next = await StartAsync(lane, store);
        Assert.All(later, id => Assert.IsType<JobLookup.Found>(next.Shards.FindAsync(id, CancellationToken.None).AsTask().Result));
    });

    /// <summary>F9: eight pages that ended one after the other waited for the one that ended last.</summary>
    [Fact]
    public void Retention_TheFirstPageEndsLast_TheOthersDoNotWaitForIt() => Lane.Run(async lane =>
    {
        var store = new ModelStore();
        await using TestReplica replica = await StartAsync(lane, store);
        Job slow = await replica.EnqueueAsync("slow");
        await FinishAsync(replica, 8 * 256);
        await lane.PassAsync(30);
        Job held = Assert.Single(await replica.LeaseAsync(queue: "slow"));
        await replica.ProposeAsync(new Command.Complete(held.Id, held.Lease!.Token));

        await lane.PassAsync(Retention.TotalSeconds - 30 + 15);

        // Those of the first page, whose last job ended half a minute later, and the one of the newest.
        Assert.InRange(JobsIn(store), 1, 257);
        Assert.IsType<JobLookup.Found>(await replica.Shards.FindAsync(slow.Id, CancellationToken.None));
        await lane.PassAsync(120);
        Assert.Equal(0, JobsIn(store));
    });

    /// <summary>F9, after a restart: what a former process retired is found again, in whatever order it may go.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Retention_PagesOfAFormerProcess_GoWhenTheirTimeIsOver(bool rollsBack) => Lane.Run(async lane =>
    {
        var store = new ModelStore(rollsBack);
        TestReplica former = await StartAsync(lane, store);
        await former.EnqueueAsync("slow");
        await FinishAsync(former, 40 * 256);
        await lane.PassAsync(30);
        Job held = Assert.Single(await former.LeaseAsync(queue: "slow"));
        await former.ProposeAsync(new Command.Complete(held.Id, held.Lease!.Token));
        await lane.PassAsync(10);
        await former.DisposeAsync();

        await using TestReplica next = await StartAsync(lane, store);
        Assert.InRange(JobsIn(store), 40 * 256, 41 * 256);
        await lane.PassAsync(Retention.TotalSeconds - 40 + 15);
        Assert.InRange(JobsIn(store), 1, 257);
        await lane.PassAsync(120);

        Assert.Equal(0, JobsIn(store));
        Assert.InRange(store.KeysNow.Count(key => !IsMark(store, key)), 1, Slack);
    });

    /// <summary>F3, F5: a start reads pages, and no job that has finished and guards no key any more.</summary>
    [Fact]
    public void Start_ManyFinishedJobs_ReadsNoneOfThem() => Lane.Run(async lane =>
    {
        var store = new ModelStore();
        TestReplica former = await StartAsync(lane, store);
        await FinishAsync(former, 20 * 256);
        await lane.PassAsync(10);
        await former.DisposeAsync();
        int before = store.Reads;

        await using TestReplica next = await StartAsync(lane, store);

        Assert.InRange(store.Reads - before, 1, 40);
    });

    /// <summary>F6, F9: what is to be forgotten was looked for in front of everybody, who waited where the store was slow.</summary>
    [Fact]
    public void Look_TheStoreIsSlowWithIt_HoldsNobodyUp() => Lane.Run(async lane =>
    {
        bool isSlow = false;
        var model = new ModelStore();
        var store = new GateStore(model)
        {
            After = (_, keys) => isSlow && keys.Any(key => key.Contains("-page-", StringComparison.Ordinal)) && !keys.Contains("shard-0")
                ? lane.PassAsync(9)
                : Task.CompletedTask,
        };
        await using TestReplica replica = await StartAsync(lane, store);
        await FinishAsync(replica, 4 * 256);
        await lane.PassAsync(Retention.TotalSeconds - 5);
        isSlow = true;

        for (int i = 0; i < 100; i++)
        {
            long asked = lane.Clock.GetTimestamp();
            await replica.EnqueueAsync();
            Assert.InRange(lane.Clock.GetElapsedTime(asked), TimeSpan.Zero, TimeSpan.FromSeconds(1));
            await lane.PassAsync(0.2);
        }

        // The first pages have gone all the same.
        Assert.InRange(JobsIn(model), 100, 100 + (2 * 256));
    });

    /// <summary>What readers are shown no more nobody changes either, though it may be in memory still.</summary>
    [Fact]
    public void Forget_PastItsRetention_IsOfAnUnknownJob() => Lane.Run(async lane =>
    {
        await using TestReplica replica = await StartAsync(lane, new ModelStore());
        Job job = await replica.EnqueueAsync();
        Job held = Assert.Single(await replica.LeaseAsync());
        await replica.ProposeAsync(new Command.Complete(held.Id, held.Lease!.Token));
        await lane.PassAsync(Retention.TotalSeconds + 1);

        Outcome outcome = await replica.ProposeAsync(new Command.Forget(job.Id));

        Assert.IsType<Refusal.UnknownJob>(Assert.IsType<Outcome.Refused>(outcome).Why);
    });

    private static Task<TestReplica> StartAsync(Lane lane, IStateStore store) => lane.StartAsync(
        store,
        configure: settings => settings with
        {
            Jobs = settings.Jobs with { Retention = Retention },
            EventRetention = TimeSpan.FromSeconds(10),
        });

    private static async Task FinishAsync(TestReplica replica, int count)
    {
        foreach (int[] chunk in Enumerable.Range(0, count).Chunk(256))
        {
            NewJob[] jobs = [.. chunk.Select(_ => replica.NewJob())];
            Assert.IsType<Outcome.AcceptedMany>(await replica.ProposeAsync("default", new Command.EnqueueMany(jobs)));
            IReadOnlyList<Job> leased = await replica.LeaseAsync(max: chunk.Length);
            Assert.Equal(chunk.Length, leased.Count);
            await Task.WhenAll(leased.Select(job => replica.ProposeAsync(new Command.Complete(job.Id, job.Lease!.Token))));
        }
    }

    private static int JobsIn(ModelStore store) =>
        store.KeysNow.Count(key => Guid.TryParse(key, out _) && !IsMark(store, key));

    /// <summary>What a deletion leaves for a while where versions count anew.</summary>
    private static bool IsMark(ModelStore store, string key) =>
        store.JsonOf(key)?.Contains("\"deleted\":true", StringComparison.Ordinal) == true;
}
