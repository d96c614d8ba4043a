using System.Text;
using System.Text.Json.Nodes;
using JobOrchestrator.Core;

namespace JobOrchestrator.Shards.Tests;

/// <summary>A start needs no finished job, and the pages that say so are not written for each.</summary>
public sealed class FinishedJobsTests
{
    private const int JobsInPage = 256;

    /// <summary>A start read all 256 jobs of a page for the one that lived, and of an hour's pages for their keys.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Start_ManyFinishedJobsBesideLiveOnesAndWithKeys_ReadsTheLiveOnesAlone(bool rollsBack) => Lane.Run(async lane =>
    {
        var store = new ModelStore(rollsBack);
        TestReplica former = await lane.StartAsync(store);
        List<JobId> live = await LiveAmongFinishedAsync(former, pages: 6);
        NewJob last = former.NewJob(key: "last");
        await FinishAsync(former, [last]);
        await lane.PassAsync(90);
        await former.DisposeAsync();

        (TestReplica next, HashSet<string> read) = await StartAndNoteAsync(lane, store);
        await using TestReplica held = next;

        Assert.Equal(live.Select(id => id.ToString()).Order(), read.Where(IsJob).Order());
        Assert.Equal(live.Count, (await next.QueuesAsync()).Sum(queue => queue.Ready + queue.Scheduled));
        Outcome again = await next.ProposeAsync("default", new Command.Enqueue(last with { Id = next.Shards.NewId("default") }));
        Assert.Equal(last.Id, Assert.IsType<Outcome.Replayed>(again).Job.Id);
    });

    /// <summary>What is not said of a page yet means only that more is read.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Start_RightAfterJobsHaveFinished_ReadsLessThanAQuarterOfAPageOfThem(bool rollsBack) => Lane.Run(async lane =>
    {
        var store = new ModelStore(rollsBack);
        TestReplica former = await lane.StartAsync(store);
        List<JobId> live = await LiveAmongFinishedAsync(former, pages: 6);
        await former.DisposeAsync();

        (TestReplica next, HashSet<string> read) = await StartAndNoteAsync(lane, store);
        await using TestReplica held = next;

        // Of the newest page all may be.
        Assert.InRange(read.Count(IsJob), live.Count, live.Count + 6 * ShardBounds.Usual.MarksMin + JobsInPage);
        Assert.Equal(live.Count, (await next.QueuesAsync()).Sum(queue => queue.Ready + queue.Scheduled));
    });

    /// <summary>A page whose keys are over is not even read, and while they are it takes no memory of its jobs.</summary>
    [Fact]
    public void Start_KeysOfRetiredPagesAreOver_ReadsNoneOfThesePages() => Lane.Run(async lane =>
    {
        var store = new ModelStore();
        TestReplica former = await lane.StartAsync(store);
        for (int i = 0; i < 5; i++)
        {
            await FinishAsync(former, [.. Enumerable.Range(0, JobsInPage).Select(j => former.NewJob(key: $"{i}.{j}"))]);
        }

        await lane.PassAsync(10);
        Assert.Equal([0L, 4L], store.HeadOf().LivePages);
        await former.DisposeAsync();
        (TestReplica next, HashSet<string> read) = await StartAndNoteAsync(lane, store);
        Assert.Equal(5, read.Count(key => key.StartsWith("shard-0-page-", StringComparison.Ordinal)));
        Assert.DoesNotContain(read, key => IsJob(key) && !IsOfPage(store, 4, key));

        await lane.PassAsync(3_600);
        Assert.Equal([4L, 4L], store.HeadOf().LivePages);
        await next.DisposeAsync();
        (next, read) = await StartAndNoteAsync(lane, store);
        await using TestReplica held = next;
        Assert.Equal([Keys.Page(0, 1, 4)], read.Where(key => key.StartsWith("shard-0-page-", StringComparison.Ordinal)));
    });

    /// <summary>
    /// The budget: a page was written for its batch of new jobs and once it was retired; it may be written three times more, and 0.05
    /// documents a job would be twelve.
    /// </summary>
    [Theory]
    [InlineData(true, 1)]
    [InlineData(true, 16)]
    [InlineData(false, 1)]
    public void Life_OfPlainJobs_WritesHardlyMorePagesThanBefore(bool rollsBack, int apart) => Lane.Run(async lane =>
    {
        const int Pages = 16;
        var store = new ModelStore(rollsBack);
        var written = new List<string>();
        await using TestReplica replica = await lane.StartAsync(Noting(store, written, () => true, StoreCall.Transact));
        var leased = new List<Job>();
        for (int i = 0; i < Pages; i++)
        {
            NewJob[] jobs = [.. Enumerable.Range(0, JobsInPage).Select(j => replica.NewJob(key: $"{i}.{j}"))];
            await replica.ProposeAsync("default", new Command.EnqueueMany(jobs));
            leased.AddRange(await replica.LeaseAsync(JobsInPage));
        }

        // They end one after the other, or here and there.
        foreach (Job job in leased.Select((job, i) => (job, i)).OrderBy(one => one.i % (JobsInPage / apart)).Select(one => one.job))
        {
            await replica.ProposeAsync(new Command.Complete(job.Id, job.Lease!.Token));
        }

        await lane.PassAsync(120);
        int before = 2 * Pages;
        int pages = written.Count(key => key.StartsWith("shard-0-page-", StringComparison.Ordinal));
        Assert.InRange(pages - before, 0, 0.05 * leased.Count);
        Assert.InRange(pages - before, 0, 3 * Pages + 1);
        Assert.Equal(3 * leased.Count, written.Count(IsJob));
    });

    /// <summary>The budget where jobs come one at a time: the page is written with each in any case.</summary>
    [Fact]
    public void Life_OfJobsOneAtATime_WritesNoMorePagesThanJobs() => Lane.Run(async lane =>
    {
        var store = new ModelStore();
        var written = new List<string>();
        await using TestReplica replica = await lane.StartAsync(Noting(store, written, () => true, StoreCall.Transact));
        const int Jobs = 600;
        for (int i = 0; i < Jobs; i++)
        {
            await FinishAsync(replica, [replica.NewJob(key: $"{i}")]);
            await lane.PassAsync(0.5);
        }

        Assert.InRange(written.Count(key => key.StartsWith("shard-0-page-", StringComparison.Ordinal)), Jobs, 1.05 * Jobs);
    });

    /// <summary>Pages of formats 1 and 2 say of no job that it has ended: a start reads them all once, and the next does not.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Start_PagesOfAFormerFormat_ReadsTheirJobsOnceAndSaysThenWhichHaveEnded(bool rollsBack) => Lane.Run(async lane =>
    {
        var store = new ModelStore(rollsBack);
        TestReplica former = await lane.StartAsync(store);
        List<JobId> live = await LiveAmongFinishedAsync(former, pages: 3);
        await lane.PassAsync(90);
        await former.DisposeAsync();
        foreach (string page in store.KeysNow.Where(key => key.StartsWith("shard-0-page-", StringComparison.Ordinal)))
        {
            JsonObject json = JsonNode.Parse(store.JsonOf(page)!)!.AsObject();
            json.Remove("finished");
            json.Remove("keys");
            store.Spoil(page, json.ToJsonString());
        }

        store.Spoil(Keys.Shards, """{"count":1,"format":2}""");

        (TestReplica second, HashSet<string> read) = await StartAndNoteAsync(lane, store);
        Assert.InRange(read.Count(IsJob), 3 * JobsInPage, 4 * JobsInPage);
        Assert.StartsWith("""{"count":1,"format":3""", store.JsonOf(Keys.Shards), StringComparison.Ordinal);
        NewJob again = second.NewJob(key: "0.5") with { Owner = OwnerOf(store, "0.5") };
        Assert.IsType<Outcome.Replayed>(await second.ProposeAsync("default", new Command.Enqueue(again)));
        await lane.PassAsync(90);
        await second.DisposeAsync();

        (TestReplica third, read) = await StartAndNoteAsync(lane, store);
        await using TestReplica held = third;
        Assert.Equal(live.Select(id => id.ToString()).Order(), read.Where(IsJob).Order());
        Assert.IsType<Outcome.Replayed>(await third.ProposeAsync("default", new Command.Enqueue(again)));
    });

    /// <summary>Each page has one job that is due in a year, and others that have finished, each with a key.</summary>
    private static async Task<List<JobId>> LiveAmongFinishedAsync(TestReplica replica, int pages)
    {
        var live = new List<JobId>();
        for (int i = 0; i < pages; i++)
        {
            NewJob later = replica.NewJob("later") with { RunAt = TestJobs.Start.AddYears(100) };
            live.Add(later.Id);
            await replica.ProposeAsync("later", new Command.Enqueue(later));
            await FinishAsync(
                replica, [.. Enumerable.Range(1, JobsInPage - 1).Select(j => replica.NewJob(key: $"{i}.{j}"))]);
        }

        return live;
    }

    private static async Task FinishAsync(TestReplica replica, NewJob[] jobs)
    {
        Assert.IsType<Outcome.AcceptedMany>(await replica.ProposeAsync("default", new Command.EnqueueMany(jobs)));
        IReadOnlyList<Job> leased = await replica.LeaseAsync(max: jobs.Length);
        Assert.Equal(jobs.Length, leased.Count);
        await Task.WhenAll(leased.Select(job => replica.ProposeAsync(new Command.Complete(job.Id, job.Lease!.Token))));
    }

    /// <summary>Starts a replica; with all that it has read by the time it holds its shard.</summary>
    private static async Task<(TestReplica Replica, HashSet<string> Read)> StartAndNoteAsync(Lane lane, ModelStore store)
    {
        var read = new List<string>();
        TestReplica? replica = null;
        replica = lane.Begin(Noting(store, read, () => replica is not { IsReady: true }, StoreCall.Get, StoreCall.GetMany));
        await lane.UntilAsync(() => replica.IsReady, "the shard is held", seconds: 60);
        return (replica, [.. read]);
    }

    private static GateStore Noting(ModelStore store, List<string> noted, Func<bool> isNoted, params StoreCall[] calls) => new(store)
    {
        Before = (call, keys) =>
        {
            noted.AddRange(calls.Contains(call) && isNoted() ? keys : []);
            return Task.CompletedTask;
        },
    };

    private static bool IsJob(string key) => JobId.TryParse(key, out _);

    private static bool IsOfPage(ModelStore store, long page, string job) =>
        PageDocument.Parse(Encoding.UTF8.GetBytes(store.JsonOf(Keys.Page(0, 1, page))!)).Ids.Contains(Guid.Parse(job));

    private static string OwnerOf(ModelStore store, string key) => store.KeysNow.Where(IsJob)
        .Select(job => JobDocument.Read(Encoding.UTF8.GetBytes(store.JsonOf(job)!)))
        .OfType<JobLookup.Found>()
        .Single(found => found.Job.IdempotencyKey == key).Job.Owner!;
}
