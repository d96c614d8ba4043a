using JobOrchestrator.Core;

namespace JobOrchestrator.Shards.Tests;

/// <summary>One replica has all shards or none.</summary>
public sealed class FirstShardTests
{
    /// <summary>Whenever another shard finds that the first is not taken yet, it is taken as soon as that one is.</summary>
    [Fact]
    public void Start_FirstShardIsTakenAtAnyMoment_TheOthersFollowAtOnce() => Lane.Run(async lane =>
    {
        for (int late = 0; late < 30; late++)
        {
            bool isLate = true;
            var store = new GateStore(new ModelStore())
            {
                After = async (call, keys) =>
                {
                    for (int i = 0; isLate && call == StoreCall.Get && keys[0] == Keys.Head(1) && i < late; i++)
                    {
                        await Task.Yield();
                    }

                    isLate &= keys[0] != Keys.Head(1);
                },
            };
            TestReplica replica = lane.Begin(store, configure: settings => settings with { Shards = 2 });

            await lane.UntilAsync(() => replica.IsReady, $"both shards are held, the second being {late} steps late", seconds: 0.5);
            await replica.StopAsync();
        }
    });

    private const int Shards = 8;

    /// <summary>F12: replicas that begin together must not share the shards.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    public void Start_TwoReplicasTogether_OneHasAllShards(int seed) => Lane.Run(async lane =>
    {
        var shared = new ModelStore();
        var random = new Random(seed);
        await using TestReplica a = lane.Begin(Jittery(), "a", Eight);
        await using TestReplica b = lane.Begin(Jittery(), "b", Eight);

        await lane.UntilAsync(() => a.IsReady || b.IsReady, "one of them is ready", seconds: 30);

        Assert.Single(Enumerable.Range(0, Shards).Select(shard => shared.HeadOf(shard).Holder).Distinct());

        GateStore Jittery() => new(new ModelStore(shared)) { Before = (_, _) => lane.PassAsync(0.001 + random.NextDouble() / 50) };
    });

    /// <summary>F12: a shard that the holder of the first loses comes back to it.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Loss_OfAnyShardButTheFirst_IsTakenBackOnceItsHolderIsSilent(bool rollsBack) => Lane.Run(async lane =>
    {
        var shared = new ModelStore(rollsBack);
        await using TestReplica a = await lane.StartAsync(shared, "a", Eight);
        Head stolen = shared.HeadOf(3) with { Epoch = 9, Holder = "thief", Process = "thief", Batch = null };
        await shared.TransactAsync([new StateOperation("shard-3", stolen.ToUtf8())], "shard-3", CancellationToken.None);
        await lane.UntilAsync(() => !a.IsReady, "the loss is noticed", seconds: 10);

        await lane.UntilAsync(() => a.IsReady, "the shard is back", seconds: 30);

        Assert.Equal(("a", 10), (shared.HeadOf(3).Holder, shared.HeadOf(3).Epoch));
        Assert.Equal(1, shared.HeadOf(0).Epoch);
    });

    /// <summary>F12: who loses the first shard gives up the others, so that whoever has it gets them.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Loss_OfTheFirstShard_TheOthersGoToWhoHasIt(bool rollsBack) => Lane.Run(async lane =>
    {
        var shared = new ModelStore(rollsBack);
        bool cut = false;
        var toA = new GateStore(new ModelStore(shared))
        {
            Before = (_, keys) => cut && keys.Contains("shard-0") ? throw new NeverSentException("Cut off.") : Task.CompletedTask,
        };
        await using TestReplica a = await lane.StartAsync(toA, "a", Eight);
        string queue = Enumerable.Range(0, 100).Select(i => $"q{i}").First(name => a.Shards.ShardOf(name) == 5);
        Job job = await a.EnqueueAsync(queue);
        await using TestReplica b = lane.Begin(new ModelStore(shared), "b", Eight);

        cut = true;
        await lane.UntilAsync(() => shared.HeadOf().Holder == "b", "b takes the first shard", seconds: 30);
        cut = false;
        await lane.UntilAsync(() => b.IsReady, "b has all of them", seconds: 30);

        Assert.All(Enumerable.Range(0, Shards), shard => Assert.Equal("b", shared.HeadOf(shard).Holder));
        Assert.Equal(job.Id, Assert.Single(await b.LeaseAsync(queue: queue)).Id);
    });

    /// <summary>All shards of a replica that is dead are taken after one lease, not after one for each.</summary>
    [Fact]
    public void Takeover_OfAllShards_TakesLittleLongerThanOneLease() => Lane.Run(async lane =>
    {
        var shared = new ModelStore();
        TestReplica a = await lane.StartAsync(new ModelStore(shared), "a", Eight);
        await using TestReplica b = lane.Begin(new ModelStore(shared), "b", Eight);
        await lane.PassAsync(10);

        await a.DisposeAsync();

        await lane.UntilAsync(() => b.IsReady, "b has all of them", seconds: 22);
    });

    private static ReplicaSettings Eight(ReplicaSettings settings) => settings with { Shards = Shards };
}
