using JobOrchestrator.Core;

namespace JobOrchestrator.Shards.Tests;

/// <summary>A lease has its whole time from when it is handed out, however slowly the store reads meanwhile.</summary>
public sealed class LeaseTimeTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Lease_StoreReadsSlowlyInItsBatch_HasItsWholeTime(bool readIsFirst) => Lane.Run(async lane =>
    {
        bool slow = false;
        await using TestReplica replica = await StartAsync(lane, () => slow);
        JobId old = await FinishedLongAgoAsync(replica);
        await replica.EnqueueAsync();
        slow = true;

        Task<Outcome>? read = readIsFirst ? replica.ProposeAsync(new Command.Cancel(old)) : null;
        Task<IReadOnlyList<Job>> lease = replica.LeaseAsync();
        read ??= replica.ProposeAsync(new Command.Cancel(old));
        Job leased = Assert.Single(await lease);

        Assert.InRange(leased.Lease!.ExpiresAt - lane.Clock.GetUtcNow(), TimeSpan.FromSeconds(29), TimeSpan.FromSeconds(30));
        await read;
    });

    [Fact]
    public void Heartbeat_WaitsForASlowReadUntilItsLeaseIsOver_Counts() => Lane.Run(async lane =>
    {
        bool slow = false;
        await using TestReplica replica = await StartAsync(lane, () => slow);
        JobId old = await FinishedLongAgoAsync(replica);
        await replica.EnqueueAsync();
        Job leased = Assert.Single(await replica.LeaseAsync());
        await lane.PassAsync(25);
        slow = true;

        Task<Outcome> read = replica.ProposeAsync(new Command.Cancel(old));
        Outcome beat = await replica.ProposeAsync(new Command.Heartbeat(leased.Id, leased.Lease!.Token));

        Assert.InRange(
            Assert.IsType<Outcome.Extended>(beat).LeaseExpiresAt - lane.Clock.GetUtcNow(),
            TimeSpan.FromSeconds(29),
            TimeSpan.FromSeconds(30));
        await read;
    });

    /// <summary>A read in the middle of a batch that fails in the end has taken its time all the same.</summary>
    [Fact]
    public void Lease_ReadBeforeItInItsBatchFailsLate_HasItsWholeTime() => Lane.Run(async lane =>
    {
        bool fails = false;
        var store = new GateStore(new ModelStore())
        {
            Before = async (call, keys) =>
            {
                if (fails && call is StoreCall.Get or StoreCall.GetMany && keys[0] != Keys.Head(0))
                {
                    await lane.PassAsync(8);
                    throw new InvalidOperationException("It does not answer.");
                }
            },
        };
        await using TestReplica replica = await lane.StartAsync(
            store, "a", settings => settings with { Bounds = new ShardBounds { FinishedJobsMax = 1 } });
        JobId old = await FinishedLongAgoAsync(replica);
        await replica.EnqueueAsync();
        fails = true;

        Task<Outcome> first = replica.ProposeAsync("default", new Command.PauseQueue("other"));
        Task<Outcome> read = replica.ProposeAsync(new Command.Cancel(old));
        Job leased = Assert.Single(await replica.LeaseAsync());

        Assert.InRange(leased.Lease!.ExpiresAt - lane.Clock.GetUtcNow(), TimeSpan.FromSeconds(29), TimeSpan.FromSeconds(30));
        await first;
        await Assert.ThrowsAsync<StoreUnavailableException>(() => read);
    });

    private static Task<TestReplica> StartAsync(Lane lane, Func<bool> isSlow)
    {
        var store = new GateStore(new ModelStore())
        {
            After = (call, keys) =>
                isSlow() && call == StoreCall.Get && keys[0] != Keys.Head(0) ? lane.PassAsync(8) : Task.CompletedTask,
        };
        return lane.StartAsync(store, "a", settings => settings with { Bounds = new ShardBounds { FinishedJobsMax = 1 } });
    }

    /// <summary>A job that ended and is read back from the store when somebody asks for it.</summary>
    private static async Task<JobId> FinishedLongAgoAsync(TestReplica replica)
    {
        var ended = new List<JobId>();
        for (int i = 0; i < 3; i++)
        {
            await replica.EnqueueAsync();
            Job leased = Assert.Single(await replica.LeaseAsync());
            await replica.ProposeAsync(new Command.Complete(leased.Id, leased.Lease!.Token));
            ended.Add(leased.Id);
        }

        return ended[0];
    }
}
