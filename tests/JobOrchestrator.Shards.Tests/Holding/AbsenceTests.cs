using JobOrchestrator.Core;

namespace JobOrchestrator.Shards.Tests;

/// <summary>Whoever asks for a shard that is not held here hears whether it is on its way or nothing is heard of the store.</summary>
public sealed class AbsenceTests
{
    [Fact]
    public void Shard_HeldByAnotherThatIsThere_IsElsewhereAndAnswersOnceItIsHere() => Lane.Run(async lane =>
    {
        var shared = new ModelStore();
        TestReplica a = await lane.StartAsync(shared, "a");
        Job job = await a.EnqueueAsync();
        await using TestReplica b = lane.Begin(new ModelStore(shared), "b");
        await lane.UntilAsync(
            () => b.Health.Troubles.Any(trouble => trouble.StartsWith("Shard 0", StringComparison.Ordinal)), "b knows the store");
        await lane.PassAsync(1);

        ShardAbsence elsewhere = (await AbsenceAsync(b, job))!;
        await lane.PassAsync(30);
        ShardAbsence later = (await AbsenceAsync(b, job))!;

        Assert.Equal((0, ShardAbsenceKind.Elsewhere), (elsewhere.Shard, elsewhere.Kind));
        Assert.Equal("Another replica holds it; ask that one.", elsewhere.Text);
        Assert.Equal(elsewhere, later);
        await a.DisposeAsync();
        await lane.UntilAsync(() => b.IsReady, "b holds it");
        Assert.Equal(job.Id, (await b.Shards.LocateAsync(job, CancellationToken.None))!.Job.Id);
        Assert.Null(await b.Shards.LeftAsync(job, CancellationToken.None));
    });

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Shard_WhoseStoreDoesNotAnswer_IsAwaySinceThen(bool forReads) => Lane.Run(async lane =>
    {
        var store = new ModelStore();
        await using TestReplica replica = await lane.StartAsync(store);
        Job job = await replica.EnqueueAsync();
        DateTimeOffset before = replica.Shards.Now;
        store.Fault = write => write || forReads ? Fault.Unreachable : Fault.None;
        await lane.UntilAsync(() => !replica.IsReady, "it is noticed", seconds: 10);
        DateTimeOffset noticed = replica.Shards.Now;
        store.Fault = _ => Fault.Unreachable;
        await lane.PassAsync(30);

        ShardAbsence away = (await AbsenceAsync(replica, job))!;
        await lane.PassAsync(30);
        ShardAbsence later = (await AbsenceAsync(replica, job))!;

        Assert.Equal((ShardAbsenceKind.Away, "The state store does not answer."), (away.Kind, away.Text));
        Assert.InRange(away.Since, before, noticed);
        Assert.Equal(away, later);
        Assert.Null(await replica.Shards.LeftAsync(job, CancellationToken.None));
    });

    /// <summary>It is tried each second, and comes no nearer by that.</summary>
    [Fact]
    public void Shard_ThatCannotBeRead_IsAwaySinceItWasMet() => Lane.Run(async lane =>
    {
        HashSet<ShardAbsence> seen = await SeenAsync(
            lane, 0, store => store.KeysNow.Single(key => key.StartsWith(Keys.Head(0) + "-page", StringComparison.Ordinal)));

        ShardAbsence away = Assert.Single(seen);
        Assert.Equal((ShardAbsenceKind.Away, "What is stored of it cannot be read; the service's log says more."), (away.Kind, away.Text));
    });

    [Fact]
    public void Shard_ThatWaitsForAFirstOneWhichCannotBeRead_IsAwayAsLong() => Lane.Run(async lane =>
    {
        HashSet<ShardAbsence> seen = await SeenAsync(lane, 1, _ => Keys.Head(0));

        ShardAbsence away = Assert.Single(seen);
        Assert.Equal((1, ShardAbsenceKind.Away), (away.Shard, away.Kind));
        Assert.Equal(
            "It is taken once the first shard is held. Of that one: What is stored of it cannot be read; the service's log says more.",
            away.Text);
    });

    /// <summary>What is told of a shard over twenty seconds, once a document is spoilt.</summary>
    private static async Task<HashSet<ShardAbsence>> SeenAsync(Lane lane, int shard, Func<ModelStore, string> spoilt)
    {
        var store = new ModelStore();
        TestReplica before = await lane.StartAsync(store, configure: Two);
        await before.EnqueueAsync(Queue(before, 0));
        Job job = await before.EnqueueAsync(Queue(before, shard));
        await before.DisposeAsync();
        store.Spoil(spoilt(store), "no JSON");
        await using TestReplica replica = lane.Begin(store, "b", Two);
        await lane.UntilAsync(
            () => replica.Health.Troubles.Any(trouble => trouble.StartsWith("Shard 0 is not held here. ", StringComparison.Ordinal)),
            "it is met");
        await lane.PassAsync(20); // a lease, and nothing is heard of the former holder any more

        var seen = new HashSet<ShardAbsence>();
        for (int i = 0; i < 400; i++)
        {
            await lane.PassAsync(0.05);
            seen.Add((await AbsenceAsync(replica, job))!);
        }

        return seen;

        static ReplicaSettings Two(ReplicaSettings settings) => settings with { Shards = 2 };
    }

    private static string Queue(TestReplica replica, int shard) =>
        Enumerable.Range(0, 100).Select(i => $"q{i}").First(queue => replica.Shards.ShardOf(queue) == shard);

    private static async Task<ShardAbsence?> AbsenceAsync(TestReplica replica, Job job) =>
        (await Assert.ThrowsAsync<StoreUnavailableException>(() => replica.Shards.LocateAsync(job, CancellationToken.None))).Absence;
}
