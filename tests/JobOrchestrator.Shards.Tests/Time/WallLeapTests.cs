using JobOrchestrator.Core;

namespace JobOrchestrator.Shards.Tests;

/// <summary>F11 and F30: what a shard does by time is done by the time that passes, whatever the wall clock says meanwhile.</summary>
public sealed class WallLeapTests
{
    private static readonly TimeSpan EightDays = TimeSpan.FromDays(8);

    [Theory]
    [InlineData(8)]
    [InlineData(-8)]
    public void Lease_WallClockLeaps_EndsWithItsLength(int hours) => Lane.Run(async lane =>
    {
        (TestReplica replica, WrongClock clock) = await StartAsync(lane, new ModelStore());
        await replica.EnqueueAsync();
        Job leased = Assert.Single(await replica.LeaseAsync());
        await lane.PassAsync(3);

        clock.Offset = TimeSpan.FromHours(hours);
        await lane.PassAsync(20);
        Assert.IsType<Outcome.Extended>(await replica.ProposeAsync(new Command.Heartbeat(leased.Id, leased.Lease!.Token)));
        await lane.PassAsync(29);
        Assert.Equal(JobStatus.InProgress, (await replica.FindAsync(leased.Id)).Status);
        await lane.PassAsync(2);

        Assert.Equal(AttemptOutcome.LeaseLost, (await replica.FindAsync(leased.Id)).Attempts[0].Outcome);
        await replica.DisposeAsync();
    });

    /// <summary>F11: a second ahead by hours, and nothing waits for hours afterwards.</summary>
    [Fact]
    public void Job_SubmittedWhileTheWallClockIsAhead_IsHandedOutAtOnce_AlsoAfterATakeover() => Lane.Run(async lane =>
    {
        var store = new ModelStore();
        (TestReplica replica, WrongClock clock) = await StartAsync(lane, store);
        clock.Offset = TimeSpan.FromHours(8);
        Job job = await replica.EnqueueAsync();
        clock.Offset = TimeSpan.Zero;
        await replica.DisposeAsync();

        await using TestReplica next = lane.Begin(store, "b");
        await lane.UntilAsync(() => next.IsReady, "b holds the shard");

        Assert.Equal(job.Id, Assert.Single(await next.LeaseAsync()).Id);
    });

    /// <summary>F11: time goes on from where the last holder was, and leases that begin then have their length.</summary>
    [Fact]
    public void Takeover_FormerHoldersClockWasAhead_GoesOnFromItsTime() => Lane.Run(async lane =>
    {
        var store = new ModelStore();
        TestReplica ahead = lane.Begin(store, "a", clock: new WrongClock(lane.Clock) { Offset = TimeSpan.FromHours(8) });
        await lane.UntilAsync(() => ahead.IsReady, "a holds the shard");
        Job before = await ahead.EnqueueAsync();
        await ahead.DisposeAsync();

        await using TestReplica next = lane.Begin(store, "b");
        await lane.UntilAsync(() => next.IsReady, "b holds the shard");
        Job after = await next.EnqueueAsync();
        IReadOnlyList<Job> leased = await next.LeaseAsync(max: 2);
        await lane.PassAsync(28);
        JobStatus running = (await next.FindAsync(before.Id)).Status;
        await lane.PassAsync(5);

        Assert.Equal([before.Id, after.Id], leased.Select(job => job.Id));
        Assert.True(after.CreatedAt > before.CreatedAt);
        Assert.Equal(JobStatus.InProgress, running);
        Assert.Equal(AttemptOutcome.LeaseLost, (await next.FindAsync(before.Id)).Attempts[0].Outcome);
        Assert.Contains("A former holder's clock was ahead", Assert.Single(next.Health.Warnings), StringComparison.Ordinal);
    });

    [Fact]
    public void Retention_WallClockIsDaysAheadForMinutes_DeletesNothing() => Lane.Run(async lane =>
    {
        var store = new ModelStore();
        (TestReplica replica, WrongClock clock) = await StartAsync(
            lane, store, settings => settings with { Bounds = new ShardBounds { PageJobs = 2 } });
        Job job = await FinishedAsync(replica, key: "k");
        for (int i = 0; i < 3; i++)
        {
            await FinishedAsync(replica);
        }

        await lane.PassAsync(30);
        clock.Offset = EightDays;
        await lane.PassAsync(300);
        clock.Offset = TimeSpan.Zero;
        await lane.PassAsync(30);

        Assert.Equal(JobStatus.Completed, (await replica.FindAsync(job.Id)).Status);
        Assert.NotNull(store.JsonOf(job.Id.ToString()));
        Assert.Equal(job.Id, await HolderOfAsync(replica, job));
        await replica.DisposeAsync();
    });

    [Fact]
    public void Retention_ClocksAgreeAgain_GoesOn() => Lane.Run(async lane =>
    {
        var store = new ModelStore();
        (TestReplica replica, WrongClock clock) = await StartAsync(
            lane,
            store,
            settings => settings with
            {
                Bounds = new ShardBounds { PageJobs = 2 },
                Jobs = settings.Jobs with { Retention = TimeSpan.FromMinutes(1) },
            });
        Job job = await FinishedAsync(replica);
        await FinishedAsync(replica);
        await FinishedAsync(replica);
        clock.Offset = EightDays;
        await lane.PassAsync(120);
        Assert.NotNull(store.JsonOf(job.Id.ToString()));

        clock.Offset = TimeSpan.Zero;
        await lane.PassAsync(30);

        Assert.Null(store.JsonOf(job.Id.ToString()));
        await replica.DisposeAsync();
    });

    /// <summary>A job that is deleted is deleted, though memory still has it: no command brings back its document.</summary>
    [Fact]
    public void Forget_JobPastItsRetentionAndStillInMemory_IsUnknown() => Lane.Run(async lane =>
    {
        var store = new ModelStore();
        await using TestReplica replica = await lane.StartAsync(
            store,
            configure: settings => settings with
            {
                Bounds = new ShardBounds { PageJobs = 2 },
                Jobs = settings.Jobs with { Retention = TimeSpan.FromMinutes(1) },
            });
        Job job = await FinishedAsync(replica);
        await FinishedAsync(replica);
        await FinishedAsync(replica);
        await lane.PassAsync(90);
        Assert.Null(store.JsonOf(job.Id.ToString()));

        Outcome forgotten = await replica.ProposeAsync(new Command.Forget(job.Id));

        Assert.IsType<Refusal.UnknownJob>(Assert.IsType<Outcome.Refused>(forgotten).Why);
        Assert.Null(store.JsonOf(job.Id.ToString()));
    });

    [Fact]
    public void Warning_WallClockLeaps_SaysSoUntilItIsRight_AndTheLogOnceForEachLeap() => Lane.Run(async lane =>
    {
        var log = new LogLines<Replica>();
        var clock = new WrongClock(lane.Clock);
        await using TestReplica replica = lane.Begin(new ModelStore(), logger: log, clock: clock);
        await lane.UntilAsync(() => replica.IsReady, "the shard is held");
        Assert.Empty(replica.Health.Warnings);

        clock.Offset = TimeSpan.FromHours(-2);
        await lane.PassAsync(60);
        Assert.Contains("wall clock", Assert.Single(replica.Health.Warnings), StringComparison.Ordinal);
        Assert.True(replica.IsReady);
        clock.Offset = TimeSpan.Zero;
        await lane.PassAsync(60);

        Assert.Empty(replica.Health.Warnings);
        Assert.Equal(2, log.Lines.Count(line => line.Level == LogLevel.Error && line.Text.StartsWith("The wall clock has leapt")));
    });

    private static async Task<(TestReplica Replica, WrongClock Clock)> StartAsync(
        Lane lane, IStateStore store, Func<ReplicaSettings, ReplicaSettings>? configure = null)
    {
        var clock = new WrongClock(lane.Clock);
        TestReplica replica = lane.Begin(store, configure: configure, clock: clock);
        await lane.UntilAsync(() => replica.IsReady, "the shard is held");
        return (replica, clock);
    }

    private static async Task<Job> FinishedAsync(TestReplica replica, string? key = null)
    {
        await replica.EnqueueAsync(key: key);
        Job leased = Assert.Single(await replica.LeaseAsync());
        Assert.IsNotType<Outcome.Refused>(await replica.ProposeAsync(new Command.Complete(leased.Id, leased.Lease!.Token)));
        return leased;
    }

    /// <summary>The same request comes a second time.</summary>
    private static async Task<JobId> HolderOfAsync(TestReplica replica, Job job)
    {
        NewJob again = replica.NewJob(key: job.IdempotencyKey);
        again = again with { Spec = again.Spec with { Owner = job.Owner } };
        return Assert.IsType<Outcome.Replayed>(await replica.ProposeAsync("default", new Command.Enqueue(again))).Job.Id;
    }
}
