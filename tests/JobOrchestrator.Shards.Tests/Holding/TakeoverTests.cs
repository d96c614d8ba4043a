using System.Text;
using JobOrchestrator.Core;

namespace JobOrchestrator.Shards.Tests;

/// <summary>Who holds a shard: whatever is slow, wrong or there twice, nothing that was acknowledged is undone.</summary>
public sealed class TakeoverTests
{
    /// <summary>F1: the ETag that is read after a take may be another holder's, who has accepted a job.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Take_ReadBackOnlyAfterAnotherHasTakenTheShard_IsLostAndNoJobWithIt(bool rollsBack) => Lane.Run(async lane =>
    {
        var shared = new ModelStore(rollsBack);
        await LeaveAJobAsync(lane, shared);
        bool taken = false;
        bool slow = true;
        var slowly = new GateStore(shared)
        {
            Before = (call, keys) =>
                slow && taken && call == StoreCall.Get && keys[0] == "shard-0" ? lane.PassAsync(9) : Task.CompletedTask,
            After = async (call, keys) =>
            {
                if (slow && call == StoreCall.Save && keys[0] == "shard-0")
                {
                    taken = true;
                    await lane.PassAsync(9);
                }
            },
        };
        TestReplica a = lane.Begin(slowly, "a");
        await lane.UntilAsync(() => taken, "a has written the head");
        TestReplica b = lane.Begin(new ModelStore(shared), "b");
        await lane.UntilAsync(() => b.IsReady, "b holds the shard");
        Job byB = await b.EnqueueAsync();
        await lane.PassAsync(20);
        if (a.IsReady)
        {
            await a.EnqueueAsync();
        }

        slow = false;
        await a.DisposeAsync();
        await b.DisposeAsync();

        await using TestReplica c = await lane.StartAsync(shared, "c");
        Assert.Contains(await c.LeaseAsync(max: 10), job => job.Id == byB.Id);
    });

    /// <summary>F1: a holder whose lease ended before it began to serve does not begin.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Take_LeaseEndsBeforeItServes_IsTakenAnewAndNotServed(bool rollsBack) => Lane.Run(async lane =>
    {
        var shared = new ModelStore(rollsBack);
        int slow = 1;
        var slowly = new GateStore(shared)
        {
            After = (call, keys) => call == StoreCall.Save && keys[0] == "shard-0" && Interlocked.Exchange(ref slow, 0) == 1
                ? lane.PassAsync(16)
                : Task.CompletedTask,
        };
        await using TestReplica a = lane.Begin(slowly, "a");

        await lane.UntilAsync(() => a.IsReady, "a holds the shard");

        Assert.Equal(2, shared.HeadOf().Epoch);
    });

    /// <summary>F2: the documents of a batch may be older than what is stored by the time that they are written again.</summary>
    [Fact]
    public void Redo_DocumentsReadOnlyAfterAnotherHasGoneOn_LeavesThemAlone() => Lane.Run(async lane =>
    {
        var shared = new ModelStore(rollsBack: false);
        Job job = await LeaveAJobAsync(lane, shared);
        bool first = true;
        bool reading = false;
        int takes = 0;
        var slowly = new GateStore(shared)
        {
            // It takes the shard and is cut off from the head then, so that it cannot keep it.
            Before = (call, keys) => call switch
            {
                StoreCall.Save when keys[0] == "shard-0" && takes++ > 0 => throw new NeverSentException("Cut off."),
                StoreCall.GetMany when first && keys.Contains(job.Id.ToString()) => ReadSlowlyAsync(),
                _ => Task.CompletedTask,
            },
        };
        TestReplica a = lane.Begin(slowly, "a");
        await lane.UntilAsync(() => reading, "a reads the documents of the batch");
        TestReplica b = lane.Begin(new ModelStore(shared), "b");
        await lane.UntilAsync(() => b.IsReady, "b holds the shard");
        Job leased = Assert.Single(await b.LeaseAsync());
        Assert.IsType<Outcome.Changed>(await b.ProposeAsync(new Command.Complete(leased.Id, leased.Lease!.Token)));
        await b.EnqueueAsync();
        await lane.PassAsync(20);
        await a.DisposeAsync();
        await b.DisposeAsync();

        await using TestReplica c = await lane.StartAsync(shared, "c");
        Assert.Equal(JobStatus.Completed, (await c.FindAsync(job.Id)).Status);

        Task ReadSlowlyAsync()
        {
            first = false;
            reading = true;
            return lane.PassAsync(25);
        }
    });

    /// <summary>F2, F22: the batch that was redone does not stay in the head.</summary>
    [Fact]
    public void Redo_ByAReplicaThatWritesInOneStep_LeavesNoBatchInTheHead() => Lane.Run(async lane =>
    {
        var shared = new ModelStore(rollsBack: false);
        await LeaveAJobAsync(lane, shared);
        Assert.NotNull(shared.HeadOf().Batch);

        await using TestReplica a = await lane.StartAsync(shared, "a", settings => settings with { TwoStep = false });
        await a.EnqueueAsync();

        Assert.Null(shared.HeadOf().Batch);
    });

    /// <summary>F26: two processes with one id must not take turns.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Start_IdThatIsInUse_TheFirstSaysSoAndLeavesTheShardToTheSecond(bool rollsBack) => Lane.Run(async lane =>
    {
        var shared = new ModelStore(rollsBack);
        var log = new LogLines<Replica>();
        await using TestReplica first = lane.Begin(new ModelStore(shared), "same", logger: log);
        await lane.UntilAsync(() => first.IsReady, "the first holds the shard");
        TestReplica second = await lane.StartAsync(new ModelStore(shared), "same");
        await lane.PassAsync(60);

        Assert.True(second.IsReady);
        Assert.False(first.IsReady);
        Assert.Equal(2, shared.HeadOf().Epoch);
        Assert.Contains("same", Assert.Single(log.Lines, line => line.Level == LogLevel.Error).Text, StringComparison.Ordinal);

        await second.DisposeAsync();
        await lane.UntilAsync(() => first.IsReady, "the first takes it once the second is gone");
    });

    /// <summary>From the first write on that meets the second's, until it is known whose that was.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Read_IdThatIsInUseAndACommitWasRefused_ShowsWhatTheSecondHasWritten(bool rollsBack) => Lane.Run(async lane =>
    {
        var shared = new ModelStore(rollsBack);
        bool asks = false;
        var slowly = new GateStore(new ModelStore(shared))
        {
            Before = async (call, keys) =>
            {
                if (call == StoreCall.Get && keys[0] == "shard-0" && !asks)
                {
                    asks = true;
                    await lane.PassAsync(8);
                }
            },
        };
        asks = true;
        await using TestReplica first = await lane.StartAsync(slowly, "same");
        Job job = await first.EnqueueAsync();
        await using TestReplica second = await lane.StartAsync(new ModelStore(shared), "same");
        Assert.Equal(job.Id, Assert.Single(await second.LeaseAsync()).Id);
        asks = false;
        Task refused = first.EnqueueAsync();
        await lane.UntilAsync(() => asks, "the first reads the head");

        Job seen = await first.FindAsync(job.Id);

        Assert.Equal(JobStatus.InProgress, seen.Status);
        await Assert.ThrowsAnyAsync<Exception>(() => refused);
    });

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Start_AfterACrashWithTheSameId_TakesTheShardAtOnce(bool rollsBack) => Lane.Run(async lane =>
    {
        var shared = new ModelStore(rollsBack);
        await LeaveAJobAsync(lane, shared, "same", 0);

        await using TestReplica again = lane.Begin(shared, "same");

        await lane.UntilAsync(() => again.IsReady, "it has its shard back", seconds: 2);
    });

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Stop_ThatIsNoCrash_LeavesTheShardToAnotherAtOnce(bool rollsBack) => Lane.Run(async lane =>
    {
        var shared = new ModelStore(rollsBack);
        TestReplica a = await lane.StartAsync(shared, "a");
        Job job = await a.EnqueueAsync();
        await using TestReplica b = lane.Begin(new ModelStore(shared), "b");
        await lane.PassAsync(3);

        await a.StopAsync();

        Assert.Equal("", shared.HeadOf().Holder);
        await lane.UntilAsync(() => b.IsReady, "b holds the shard", seconds: 3);
        Assert.Equal(job.Id, Assert.Single(await b.LeaseAsync()).Id);
    });

    /// <summary>F11: what the wall clock of a holder that is gone said is nothing to go by.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Takeover_ClockOfTheFormerHolderWasHoursAhead_TakesNoLongerThanItsLease(bool rollsBack) => Lane.Run(async lane =>
    {
        var shared = new ModelStore(rollsBack);
        TestReplica a = lane.Begin(shared, "a", clock: new WrongClock(lane.Clock) { Offset = TimeSpan.FromHours(8) });
        await lane.UntilAsync(() => a.IsReady, "a holds the shard");
        await a.DisposeAsync();

        await using TestReplica b = lane.Begin(shared, "b");

        await lane.UntilAsync(() => b.IsReady, "b holds the shard", seconds: 20);
    });

    /// <summary>F11: nor is the clock of the one that looks.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Takeover_ClockOfTheObserverIsHoursAhead_LeavesAHealthyHolderAlone(bool rollsBack) => Lane.Run(async lane =>
    {
        var shared = new ModelStore(rollsBack);
        await using TestReplica a = await lane.StartAsync(shared, "a");
        await using TestReplica b = lane.Begin(
            new ModelStore(shared), "b", clock: new WrongClock(lane.Clock) { Offset = TimeSpan.FromHours(1) });

        await lane.PassAsync(60);

        Assert.True(a.IsReady);
        Assert.Equal(("a", 1), (shared.HeadOf().Holder, shared.HeadOf().Epoch));
    });

    /// <summary>F11: an idle holder renews its lease whatever its wall clock does.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Renew_ClockGoesBackByHours_TheHolderStaysTheHolder(bool rollsBack) => Lane.Run(async lane =>
    {
        var shared = new ModelStore(rollsBack);
        var clock = new WrongClock(lane.Clock);
        await using TestReplica a = lane.Begin(shared, "a", clock: clock);
        await lane.UntilAsync(() => a.IsReady, "a holds the shard");
        await using TestReplica b = lane.Begin(new ModelStore(shared), "b");

        clock.Offset = -TimeSpan.FromHours(2);
        await lane.PassAsync(60);

        Assert.True(a.IsReady);
        Assert.Equal(1, shared.HeadOf().Epoch);
    });

    /// <summary>F11: an outage of the store is nobody's silence.</summary>
    [Fact]
    public void Outage_OfTheStoreForEverybody_ChangesNoHolder() => Lane.Run(async lane =>
    {
        var shared = new ModelStore();
        var toA = new ModelStore(shared);
        var toB = new ModelStore(shared);
        await using TestReplica a = await lane.StartAsync(toA, "a");
        await using TestReplica b = lane.Begin(toB, "b");
        await lane.PassAsync(3);

        toA.Fault = toB.Fault = _ => Fault.Unreachable;
        await lane.PassAsync(60);
        toA.Fault = toB.Fault = _ => Fault.None;
        await lane.PassAsync(5);

        Assert.True(a.IsReady);
        Assert.Equal(1, shared.HeadOf().Epoch);
    });

    /// <summary>A head from before processes had an identity is read on.</summary>
    [Fact]
    public void Start_HeadFromBefore_IsTakenOverLikeAnyOther() => Lane.Run(async lane =>
    {
        var shared = new ModelStore();
        const string Old =
            """
            {"epoch":7,"holder":"old","address":"","leaseEndsAt":"2029-01-01T00:00:00Z","commit":3,"commitId":"7.2","pages":[],
             "livePages":[],"nextPage":0,"outbox":[],"nextOutbox":0,"published":0,"outboxBytes":0,"settingsPages":0,"nextSettings":0}
            """;
        await shared.TrySaveAsync("shard-0", Encoding.UTF8.GetBytes(Old), null, "shard-0", CancellationToken.None);

        await using TestReplica a = lane.Begin(shared, "a");

        await lane.UntilAsync(() => a.IsReady, "a holds the shard", seconds: 20);
        Assert.Equal((8, "a"), (shared.HeadOf().Epoch, shared.HeadOf().Holder));
    });

    /// <summary>A replica enqueues a job and dies.</summary>
    private static async Task<Job> LeaveAJobAsync(Lane lane, ModelStore shared, string name = "zero", double seconds = 60)
    {
        TestReplica zero = await lane.StartAsync(shared, name);
        Job job = await zero.EnqueueAsync();
        await zero.DisposeAsync();
        await lane.PassAsync(seconds);
        return job;
    }
}
