using JobOrchestrator.Core;

namespace JobOrchestrator.Shards.Tests;

/// <summary>Whoever asks for a shard that is not held here hears whether it is on its way or nothing is heard of the store.</summary>
public sealed class AbsenceTests
{
    [Fact]
    public void Shard_HeldByAnother_IsOnItsWayAndAnswersOnceItIsHere() => Lane.Run(async lane =>
    {
        var shared = new ModelStore();
        TestReplica a = await lane.StartAsync(shared, "a");
        Job job = await a.EnqueueAsync();
        await using TestReplica b = lane.Begin(new ModelStore(shared), "b");
        await lane.UntilAsync(
            () => b.Health.Troubles.Any(trouble => trouble.StartsWith("Shard 0", StringComparison.Ordinal)), "b knows the store");
        await lane.PassAsync(1);

        ShardAbsence moving = (await AbsenceAsync(b, job))!;
        await lane.PassAsync(2);
        ShardAbsence later = (await AbsenceAsync(b, job))!;

        Assert.Equal((0, true), (moving.Shard, moving.IsMoving));
        Assert.Contains("Another replica holds it", moving.Text, StringComparison.Ordinal);
        Assert.Equal(moving.Since, later.Since);
        await a.DisposeAsync();
        await lane.UntilAsync(() => b.IsReady, "b holds it");
        Assert.Equal(job.Id, (await b.Shards.LocateAsync(job, CancellationToken.None))!.Job.Id);
        Assert.Null(await b.Shards.LeftAsync(job, CancellationToken.None));
    });

    [Fact]
    public void Shard_WhoseStoreDoesNotAnswer_IsAwaySinceThen() => Lane.Run(async lane =>
    {
        var store = new ModelStore();
        await using TestReplica replica = await lane.StartAsync(store);
        Job job = await replica.EnqueueAsync();
        DateTimeOffset before = replica.Shards.Now;
        store.Fault = _ => Fault.Unreachable;
        await lane.UntilAsync(() => !replica.IsReady, "it is noticed", seconds: 10);

        ShardAbsence away = (await AbsenceAsync(replica, job))!;

        Assert.False(away.IsMoving);
        Assert.Equal("The state store does not answer.", away.Text);
        Assert.InRange(away.Since, before, replica.Shards.Now);
        Assert.Null(await replica.Shards.LeftAsync(job, CancellationToken.None));
    });

    private static async Task<ShardAbsence?> AbsenceAsync(TestReplica replica, Job job) =>
        (await Assert.ThrowsAsync<StoreUnavailableException>(() => replica.Shards.LocateAsync(job, CancellationToken.None))).Absence;
}
