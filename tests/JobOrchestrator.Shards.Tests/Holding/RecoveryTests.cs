using JobOrchestrator.Core;
using TestSupport;

namespace JobOrchestrator.Shards.Tests;

public sealed class RecoveryTests
{
    private readonly ManualTimeProvider _clock = new();

    /// <summary>
    /// A page of large jobs is asked for in many calls, each with a limit of its own: all of them together may take longer than one call,
    /// and beginning again would take as long every time.
    /// </summary>
    [Fact]
    public async Task Load_TakesLongerThanACallMay_TheShardIsHeldWithItsJobs()
    {
        var store = new ModelStore();
        Job[] jobs;
        await using (TestReplica before = await TestReplica.StartAsync(store, new RecordingBus(), _clock))
        {
            jobs = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => before.EnqueueAsync()));
        }

        await using var after = TestReplica.Create(new SlowReads(store, _clock), new RecordingBus(), _clock);
        after.Begin();
        await Eventually.TrueAsync(
            () =>
            {
                _clock.Advance(TimeSpan.FromMilliseconds(500));
                return after.IsReady;
            },
            "the shard is loaded");

        foreach (Job job in jobs)
        {
            Assert.IsType<JobLookup.Found>(await after.Shards.FindAsync(job.Id, CancellationToken.None));
        }
    }

    /// <summary>More jobs than one page lists, and more than one bulk read brings.</summary>
    [Fact]
    public async Task Load_ManyJobs_AreAllThereInTheirOrder()
    {
        var store = new ModelStore();
        Job[] jobs;
        await using (TestReplica before = await TestReplica.StartAsync(store, new RecordingBus(), _clock))
        {
            await before.ProposeAsync(
                "default", new Command.EnqueueMany([.. Enumerable.Range(0, 600).Select(_ => before.NewJob())]));
            jobs = [.. (await before.Shards.ListAsync(new JobFilter(), null, 1_000, CancellationToken.None)).Jobs];
        }

        await using TestReplica after = await TestReplica.StartAsync(store, new RecordingBus(), _clock);
        IReadOnlyList<Job> leased = await after.LeaseAsync(max: 600);

        Assert.Equal(600, jobs.Length);
        Assert.Equal(jobs.Reverse().Select(job => job.Id), leased.Select(job => job.Id));
    }

    [Fact]
    public async Task Load_AnEndedJob_IsThereAndItsKeyStillFindsIt()
    {
        var store = new ModelStore();
        Job ended;
        await using (TestReplica before = await TestReplica.StartAsync(store, new RecordingBus(), _clock))
        {
            await before.EnqueueAsync(key: "k");
            Job leased = Assert.Single(await before.LeaseAsync());
            ended = Assert.IsType<Outcome.Changed>(
                await before.ProposeAsync(new Command.Complete(leased.Id, leased.Lease!.Token))).Job;
        }

        await using TestReplica after = await TestReplica.StartAsync(store, new RecordingBus(), _clock);

        Assert.Equal(JobStatus.Completed, (await after.FindAsync(ended.Id)).Status);
        Outcome again = await after.ProposeAsync("default", new Command.Enqueue(after.NewJob(key: "k")));
        Assert.Equal(ended.Id, Assert.IsType<Outcome.Replayed>(again).Job.Id);
        Assert.Empty(await after.LeaseAsync());
    }

    /// <summary>Without the page nobody knows which jobs there are: better no shard than one that has forgotten some.</summary>
    [Fact]
    public async Task Load_APageThatTheHeadNamesIsGone_TheShardIsNotHeld()
    {
        var store = new ModelStore();
        await using (TestReplica before = await TestReplica.StartAsync(store, new RecordingBus(), _clock))
        {
            await before.EnqueueAsync();
        }

        string page = Assert.Single(store.KeysNow, key => key.StartsWith("shard-0-page-", StringComparison.Ordinal));
        await store.TransactAsync([new StateOperation(page, null)], Keys.Head(0), CancellationToken.None);
        var log = new LogLines<Replica>();
        await using var after = TestReplica.Create(store, new RecordingBus(), _clock, logger: log);
        after.Begin();

        await Eventually.TrueAsync(() => log.Lines.Any(line => line.Level == LogLevel.Error), "the load fails");

        Assert.False(after.IsReady);
        await Assert.ThrowsAsync<StoreUnavailableException>(() => after.EnqueueAsync());
    }

    /// <summary>A read that is never answered is given up, and the load begins again.</summary>
    [Fact]
    public async Task Load_AReadIsNotAnswered_IsGivenUpAndBegunAgain()
    {
        var store = new ModelStore();
        await using (TestReplica before = await TestReplica.StartAsync(store, new RecordingBus(), _clock))
        {
            await before.EnqueueAsync();
        }

        await using var after = TestReplica.Create(new SlowReads(store, _clock) { Lost = 1 }, new RecordingBus(), _clock);
        after.Begin();

        await Eventually.TrueAsync(
            () =>
            {
                _clock.Advance(TimeSpan.FromMilliseconds(500));
                return after.IsReady;
            },
            "the shard is loaded");
    }

    /// <summary>
    /// A store whose answers hold one document each, and whose bulk reads take nearly as long as one call may, where they do not get lost.
    /// </summary>
    private sealed class SlowReads(IStateStore store, TimeProvider clock) : IStateStore
    {
        /// <summary>How many are not answered.</summary>
        public int Lost { get; set; }

        public Task<StoredItem?> GetAsync(string key, string partition, CancellationToken cancellationToken) =>
            store.GetAsync(key, partition, cancellationToken);

        public async Task<IReadOnlyDictionary<string, StoredItem>> GetManyAsync(
            IReadOnlyList<string> keys, string partition, CancellationToken cancellationToken)
        {
            TimeSpan takes = Lost-- > 0 ? Timeout.InfiniteTimeSpan : 0.8 * TestReplica.Settings.RequestTimeout;
            await Task.Delay(takes, clock, cancellationToken);
            if (keys.Count > 1)
            {
                throw new RefusedException("The answer is too large.") { IsTooLarge = true };
            }

            return await store.GetManyAsync(keys, partition, cancellationToken);
        }

        public Task<bool> TrySaveAsync(string key, byte[] value, string? etag, string partition, CancellationToken cancellationToken) =>
            store.TrySaveAsync(key, value, etag, partition, cancellationToken);

        public Task TransactAsync(IReadOnlyList<StateOperation> operations, string partition, CancellationToken cancellationToken) =>
            store.TransactAsync(operations, partition, cancellationToken);
    }
}
