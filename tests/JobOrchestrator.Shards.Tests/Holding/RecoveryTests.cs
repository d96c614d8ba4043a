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
    public async Task Load_OneReadTakesLongerThanACallMay_TheShardIsHeldWithItsJobs()
    {
        var store = new ModelStore();
        JobId id;
        await using (TestReplica before = await TestReplica.StartAsync(store, new RecordingBus(), _clock))
        {
            id = (await before.EnqueueAsync()).Id;
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

        Assert.IsType<JobLookup.Found>(await after.Shards.FindAsync(id, CancellationToken.None));
    }

    /// <summary>A store whose bulk reads take half as long again as one call may.</summary>
    private sealed class SlowReads(IStateStore store, TimeProvider clock) : IStateStore
    {
        public Task<StoredItem?> GetAsync(string key, string partition, CancellationToken cancellationToken) =>
            store.GetAsync(key, partition, cancellationToken);

        public async Task<IReadOnlyDictionary<string, StoredItem>> GetManyAsync(
            IReadOnlyList<string> keys, string partition, CancellationToken cancellationToken)
        {
            await Task.Delay(1.5 * TestReplica.Settings.RequestTimeout, clock, cancellationToken);
            return await store.GetManyAsync(keys, partition, cancellationToken);
        }

        public Task<bool> TrySaveAsync(string key, byte[] value, string? etag, string partition, CancellationToken cancellationToken) =>
            store.TrySaveAsync(key, value, etag, partition, cancellationToken);

        public Task TransactAsync(IReadOnlyList<StateOperation> operations, string partition, CancellationToken cancellationToken) =>
            store.TransactAsync(operations, partition, cancellationToken);
    }
}
