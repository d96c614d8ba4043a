using JobOrchestrator.Core;

namespace JobOrchestrator.Shards.Tests;

/// <summary>Loading a shard may take long: the shard stays its holder's, and its workers lose nothing.</summary>
public sealed class LoadTests
{
    /// <summary>F5: nobody else takes the shard while it is loaded.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Load_LongerThanTheShardsLease_IsNotDisturbedByAnotherReplica(bool rollsBack) => Lane.Run(async lane =>
    {
        var shared = new ModelStore(rollsBack);
        await (await BusyAsync(lane, shared)).DisposeAsync();
        await lane.PassAsync(20);
        TestReplica? a = null;
        TestReplica? b = null;
        a = lane.Begin(Slowly(lane, shared, 25, () => a is { IsReady: true }), "a");
        b = lane.Begin(Slowly(lane, shared, 25, () => b is { IsReady: true }), "b");

        await lane.PassAsync(300);

        TestReplica holder = a.IsReady ? a : b;
        await holder.EnqueueAsync();
        Assert.Equal(2, shared.HeadOf().Epoch);
        await a.DisposeAsync();
        await b.DisposeAsync();
    });

    /// <summary>F6: the time of the load does not count for the leases of jobs.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Load_LongerThanAJobsLease_TheWorkersGoOn(bool rollsBack) => Lane.Run(async lane =>
    {
        var shared = new ModelStore(rollsBack);
        TestReplica before = await lane.StartAsync(shared);
        await before.EnqueueAsync();
        Job running = Assert.Single(await before.LeaseAsync());
        await before.DisposeAsync();
        TestReplica? after = null;
        after = lane.Begin(Slowly(lane, shared, running.LeaseSeconds + 10, () => after is { IsReady: true }));
        await lane.UntilAsync(() => after.IsReady, "the shard is held", seconds: 300);

        await lane.PassAsync(running.LeaseSeconds - 5);
        Outcome outcome = await after.ProposeAsync(new Command.Heartbeat(running.Id, running.Lease!.Token));

        Assert.IsType<Outcome.Extended>(outcome);
        await after.DisposeAsync();
    });

    /// <summary>F5: several reads are under way at once, and not all of them.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Load_ManyPages_ReadsSeveralAtOnceButNotAll(bool rollsBack) => Lane.Run(async lane =>
    {
        var shared = new ModelStore(rollsBack);
        TestReplica before = await lane.StartAsync(shared);
        const int Pages = 12;
        for (int i = 0; i < Pages; i++)
        {
            NewJob[] jobs = [.. Enumerable.Range(0, 256).Select(_ => before.NewJob())];
            await before.ProposeAsync("default", new Command.EnqueueMany(jobs));
        }

        await before.DisposeAsync();
        int underWay = 0;
        int most = 0;
        var slowly = new GateStore(shared)
        {
            Before = (call, _) =>
            {
                most = Math.Max(most, call == StoreCall.GetMany ? ++underWay : 0);
                return lane.PassAsync(0.2);
            },
            After = (call, _) =>
            {
                underWay -= call == StoreCall.GetMany ? 1 : 0;
                return Task.CompletedTask;
            },
        };
        await using TestReplica after = await lane.StartAsync(slowly);

        Assert.InRange(most, 2, Pages - 1);
        QueuePage page = await after.Shards.QueuesAsync(null, null, 10, CancellationToken.None);
        Assert.Equal(Pages * 256, page.Queues.Sum(queue => queue.Ready));
    });

    /// <summary>F29: a bulk read may leave out what is there.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Load_ABulkReadLeavesAJobOut_TheJobIsThere(bool rollsBack) => Lane.Run(async lane =>
    {
        var shared = new ModelStore(rollsBack);
        TestReplica before = await lane.StartAsync(shared);
        Job job = await before.EnqueueAsync();
        await before.EnqueueAsync();
        await before.DisposeAsync();

        await using TestReplica after = await lane.StartAsync(new GateStore(shared) { LeavesOut = key => key == job.Id.ToString() });

        Assert.Contains(await after.LeaseAsync(max: 10), leased => leased.Id == job.Id);
    });

    /// <summary>F29: a job that is truly gone is said to be.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Load_AJobIsGone_IsCountedInTheLog(bool rollsBack) => Lane.Run(async lane =>
    {
        var shared = new ModelStore(rollsBack);
        TestReplica before = await lane.StartAsync(shared);
        Job job = await before.EnqueueAsync();
        await before.EnqueueAsync();
        await lane.PassAsync(1);
        await before.DisposeAsync();
        await shared.TransactAsync([new StateOperation(job.Id.ToString(), null)], "shard-0", CancellationToken.None);
        var log = new LogLines<Replica>();

        await using TestReplica after = lane.Begin(shared, logger: log);
        await lane.UntilAsync(() => after.IsReady, "the shard is held");

        Assert.Contains("1 job", Assert.Single(log.Lines, line => line.Level == LogLevel.Warning).Text, StringComparison.Ordinal);
        Assert.Single(await after.LeaseAsync(max: 10));
    });

    /// <summary>F29: nor is a finished job unknown to a command because a bulk read left it out.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Recall_ABulkReadLeavesTheJobOut_TheJobIsKnown(bool rollsBack) => Lane.Run(async lane =>
    {
        var shared = new ModelStore(rollsBack);
        TestReplica before = await lane.StartAsync(shared);
        Job job = await before.EnqueueAsync();
        Job leased = Assert.Single(await before.LeaseAsync());
        await before.ProposeAsync(new Command.Complete(job.Id, leased.Lease!.Token));
        await lane.PassAsync(1);
        await before.DisposeAsync();
        await using TestReplica after = await lane.StartAsync(new GateStore(shared) { LeavesOut = key => key == job.Id.ToString() });

        Outcome outcome = await after.ProposeAsync(new Command.Complete(job.Id, leased.Lease.Token));

        Assert.IsType<Outcome.Unchanged>(outcome);
    });

    private static async Task<TestReplica> BusyAsync(Lane lane, ModelStore shared)
    {
        TestReplica zero = await lane.StartAsync(shared, "zero");
        await zero.EnqueueAsync();
        return zero;
    }

    /// <summary>A store whose bulk reads take so long, until the shard is held.</summary>
    private static GateStore Slowly(Lane lane, ModelStore shared, double seconds, Func<bool> isHeld) => new(new ModelStore(shared))
    {
        Before = (call, _) => call == StoreCall.GetMany && !isHeld() ? lane.PassAsync(seconds) : Task.CompletedTask,
    };
}
