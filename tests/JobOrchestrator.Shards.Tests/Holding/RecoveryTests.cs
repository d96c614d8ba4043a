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
