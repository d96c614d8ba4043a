using System.Text;
using TestSupport;

namespace JobOrchestrator.Shards.Tests;

public sealed class StoreFormatTests
{
    private readonly ManualTimeProvider _clock = new();
    private readonly RecordingBus _bus = new();

    [Theory]
    [InlineData("""{"count":3}""")]
    [InlineData("""{"count":3,"format":1}""")]
    [InlineData("""{"count":3,"format":2}""")]
    [InlineData("""{"count":3,"format":3}""")]
    public async Task Begin_FormatThatIsKnown_IsRaisedAndKeepsItsShards(string json)
    {
        var store = new ModelStore();
        await SaveAsync(store, json);

        Assert.Equal(3, await new StoreFormat(store.Calls).BeginAsync(8, CancellationToken.None));

        Assert.Equal("""{"count":3,"format":3}""", store.JsonOf(Keys.Shards));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Begin_ReplicasThatBeginTogether_GoByTheSameNumberOfShards(bool rollsBack)
    {
        var store = new ModelStore(rollsBack);

        int[] shards = await Task.WhenAll(
            Enumerable.Range(1, 8).Select(wanted => new StoreFormat(store.Calls).BeginAsync(wanted, CancellationToken.None)));

        Assert.Equal($$"""{"count":{{Assert.Single(shards.Distinct())}},"format":3}""", store.JsonOf(Keys.Shards));
    }

    [Fact]
    public async Task Start_StoreOfTheFirstFormat_IsRaisedBeforeAnyShardIsTouched()
    {
        var store = new ModelStore();
        await SaveAsync(store, """{"count":1}""");
        var seen = new List<string>();
        store.Fault = write =>
        {
            if (write && store.JsonOf(Keys.Shards) == """{"count":1}""")
            {
                seen.AddRange(store.KeysNow);
            }

            return Fault.None;
        };

        await using TestReplica replica = await TestReplica.StartAsync(store, _bus, _clock);

        Assert.StartsWith("""{"count":1,"format":3""", store.JsonOf(Keys.Shards), StringComparison.Ordinal);
        Assert.DoesNotContain(Keys.Head(0), seen);
        Assert.NotEmpty(seen);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Start_StoreOfANewerFormat_IsRefusedWithOneSentenceAndNothingIsWritten(bool rollsBack)
    {
        var store = new ModelStore(rollsBack);
        var log = new LogLines<Replica>();
        await using (TestReplica before = await TestReplica.StartAsync(store, _bus, _clock))
        {
            await before.EnqueueAsync();
        }

        await RaiseAsync(store, 4);
        int writes = 0;
        store.Fault = write =>
        {
            writes += write ? 1 : 0;
            return Fault.None;
        };

        await using var replica = TestReplica.Create(store, _bus, _clock, logger: log);
        replica.Begin();
        await Eventually.TrueAsync(() => replica.Refusal is not null, "the store is refused");
        int read = store.Reads;
        await Eventually.TrueAsync(
            () =>
            {
                _clock.Advance(TimeSpan.FromSeconds(1));
                return store.Reads > read + 3;
            },
            "it looks again");

        Assert.Equal(0, writes);
        Assert.False(replica.IsReady);
        Assert.StartsWith(
            "The state store is of format 4, and this version of the service knows formats up to 3:",
            replica.Refusal,
            StringComparison.Ordinal);
        Assert.Equal([(LogLevel.Error, replica.Refusal!)], log.Lines);
    }

    [Fact]
    public async Task Takeover_StoreRaisedMeanwhile_IsRefusedAndLeavesTheHeadAlone()
    {
        var store = new ModelStore();
        var log = new LogLines<Replica>();
        TestReplica former = await TestReplica.StartAsync(store, _bus, _clock, "former");
        await using var next = TestReplica.Create(store, _bus, _clock, "next", logger: log);
        next.Begin();
        await Eventually.TrueAsync(
            () => log.Lines.Any(line => line.Text.Contains("another replica", StringComparison.Ordinal)), "it waits for the shard");
        await former.DisposeAsync();
        await RaiseAsync(store, 4);
        string head = store.JsonOf(Keys.Head(0))!;
        DateTime leaseEndsAt = Head.Parse(Encoding.UTF8.GetBytes(head)).LeaseEndsAt;

        await Eventually.TrueAsync(
            () =>
            {
                _clock.Advance(TimeSpan.FromSeconds(1));
                return next.Refusal is not null && _clock.GetUtcNow() > leaseEndsAt.AddSeconds(10);
            },
            "the store is refused and the lease has ended");

        Assert.Equal(head, store.JsonOf(Keys.Head(0)));
        Assert.False(next.IsReady);
        Assert.Single(log.Lines, line => line.Level == LogLevel.Error);
    }

    [Fact]
    public async Task Refusal_StoreIsOfAKnownFormatAgain_IsTakenBack()
    {
        var store = new ModelStore();
        await SaveAsync(store, """{"count":1,"format":4}""");
        await using var replica = TestReplica.Create(store, _bus, _clock);
        replica.Begin();
        await Eventually.TrueAsync(() => replica.Refusal is not null, "the store is refused");

        await RaiseAsync(store, 2);
        await Eventually.TrueAsync(
            () =>
            {
                _clock.Advance(TimeSpan.FromSeconds(1));
                return replica.IsReady;
            },
            "the shard is held");

        Assert.Null(replica.Refusal);
    }

    private static Task<bool> SaveAsync(ModelStore store, string json) =>
        store.TrySaveAsync(Keys.Shards, Encoding.UTF8.GetBytes(json), null, Keys.Shards, CancellationToken.None);

    private static Task RaiseAsync(ModelStore store, int format)
    {
        byte[] json = Encoding.UTF8.GetBytes($$"""{"count":1,"format":{{format}}}""");
        return store.TransactAsync([new StateOperation(Keys.Shards, json)], Keys.Shards, CancellationToken.None);
    }
}
