using JobOrchestrator.Core;
using TestSupport;

namespace JobOrchestrator.Shards.Tests;

/// <summary>Who works, as a replica knows it: by who asks, by who holds, and by how they kept their leases.</summary>
public sealed class WorkersOfReplicaTests
{
    private readonly ManualTimeProvider _clock = new();
    private readonly ModelStore _store = new();

    /// <summary>Right after a start nobody has asked, and who holds jobs is there all the same.</summary>
    [Fact]
    public async Task Workers_AfterARestart_AreKnownByTheirLeases()
    {
        Job leased;
        await using (TestReplica first = await TestReplica.StartAsync(_store, new RecordingBus(), _clock))
        {
            await first.EnqueueAsync("mail");
            leased = Assert.Single(await first.LeaseAsync(queue: "mail"));
            Assert.Equal(leased.Lease!.Worker, Assert.Single(Assert.Single(await KnownAsync(first)).Seen).Worker);
        }

        await using TestReplica second = await TestReplica.TakeOverAsync(_store, new RecordingBus(), _clock);
        ShardWorkers known = Assert.Single(await KnownAsync(second));

        Assert.Empty(known.Seen);
        HeldJobs held = Assert.Single(known.Held);
        Assert.Equal(
            (leased.Lease.Worker, "mail", leased.Type, 1, leased.Id, leased.Attempts[0].StartedAt),
            (held.Worker, held.Queue, held.Type, held.Jobs, held.Longest, held.Since));
    }

    /// <summary>Of many jobs a look is used again for a second; of few each is new.</summary>
    [Fact]
    public async Task Workers_LookedAtOftenWhereManyJobsRun_AreCountedOnceASecond()
    {
        await using TestReplica replica = await TestReplica.StartAsync(_store, new RecordingBus(), _clock);
        await replica.EnqueueAsync("mail");
        Assert.Equal(0, await HeldAsync(replica));
        await replica.LeaseAsync(queue: "mail");
        Assert.Equal(1, await HeldAsync(replica));

        for (int i = 0; i < 1_100; i++)
        {
            await replica.EnqueueAsync("mail");
        }

        for (int left = 1_050; left > 0;)
        {
            left -= (await replica.LeaseAsync(left, "mail")).Count;
        }

        int before = await HeldAsync(replica);
        await replica.LeaseAsync(queue: "mail");
        Assert.Equal(before, await HeldAsync(replica));
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(before + 1, await HeldAsync(replica));
    }

    private static async Task<int> HeldAsync(TestReplica replica) =>
        (await KnownAsync(replica)).SelectMany(known => known.Held).Sum(held => held.Jobs);

    private static async Task<ShardWorkers[]> KnownAsync(TestReplica replica) =>
        [.. (await replica.Shards.WorkersAsync(CancellationToken.None)).OfType<ShardWorkers>()];
}
