using JobOrchestrator.Core;

namespace JobOrchestrator.Shards.Tests;

/// <summary>F8: what is due at once does not keep those waiting who want something.</summary>
public sealed class TurnsTests
{
    [Fact]
    public void Enqueue_WhileManyLeasesEndAtOnce_IsHeardInTheNextBatch() => Lane.Run(async lane =>
    {
        bool slow = false;
        var store = new GateStore(new ModelStore())
        {
            Before = (call, _) => slow && call == StoreCall.Transact ? lane.PassAsync(0.1) : Task.CompletedTask,
        };
        await using TestReplica replica = await lane.StartAsync(store, "a", settings => settings with { OperationsMax = 40 });
        for (int i = 0; i < 200; i++)
        {
            await replica.EnqueueAsync();
        }

        int leased = 0;
        while (leased < 200)
        {
            leased += (await replica.LeaseAsync(max: 100)).Count;
        }

        await lane.PassAsync(29.5);
        slow = true;
        await lane.PassAsync(0.55);
        long asked = lane.Clock.GetTimestamp();
        await replica.EnqueueAsync("other");

        Assert.InRange(lane.Clock.GetElapsedTime(asked), TimeSpan.Zero, TimeSpan.FromSeconds(0.25));
        await lane.PassAsync(5);
        QueueStatistics queue = await replica.Shards.QueueAsync("default", CancellationToken.None);
        Assert.Equal(0, queue.InProgress);
    });
}
