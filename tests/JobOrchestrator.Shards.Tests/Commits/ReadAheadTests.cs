using JobOrchestrator.Core;

namespace JobOrchestrator.Shards.Tests;

/// <summary>What has to be read before it can be decided is read together: commands on jobs of long ago hold up nobody.</summary>
public sealed class ReadAheadTests
{
    private const double AnswerSeconds = 0.1;

    [Fact]
    public void Reports_OnJobsOfLongAgoAndOfNone_AreAnsweredAfterAFewReads() => Lane.Run(async lane =>
    {
        (TestReplica replica, Func<int> reads) = await StartAsync(lane);
        await using TestReplica a = replica;
        IReadOnlyList<Job> ended = await FinishedLongAgoAsync(a, 150);
        Job live = await a.EnqueueAsync();
        Job leased = Assert.Single(await a.LeaseAsync());
        int before = reads();
        DateTimeOffset asked = lane.Clock.GetUtcNow();

        Task<Outcome>[] late = [.. ended.Select(job => a.ProposeAsync(new Command.Heartbeat(job.Id, "a token of then")))];
        Task<Outcome>[] ofNone =
            [.. Enumerable.Range(0, 150).Select(_ => a.ProposeAsync(new Command.Heartbeat(a.Shards.NewId("default"), "none")))];
        Outcome beat = await a.ProposeAsync(new Command.Heartbeat(live.Id, leased.Lease!.Token));

        Assert.IsType<Outcome.Extended>(beat);
        Assert.InRange((lane.Clock.GetUtcNow() - asked).TotalSeconds, 0, 5);
        foreach (Task<Outcome> one in late)
        {
            Assert.IsType<Refusal.StaleLease>(Assert.IsType<Outcome.Refused>(await one).Why);
        }

        foreach (Task<Outcome> one in ofNone)
        {
            Assert.IsType<Refusal.UnknownJob>(Assert.IsType<Outcome.Refused>(await one).Why);
        }

        // Each of those that are not there is looked for once more, alone.
        Assert.InRange(reads() - before, 1, 150 + 10);
    });

    /// <summary>A command that waits in line though its caller has left needs no read, and keeps nobody behind it waiting.</summary>
    [Fact]
    public void Command_WhoseCallerHasLeftBeforeItWasRead_IsPassedOver() => Lane.Run(async lane =>
    {
        (TestReplica replica, _) = await StartAsync(lane);
        await using TestReplica a = replica;
        Job old = (await FinishedLongAgoAsync(a, 3))[0];
        using var left = new CancellationTokenSource();

        Task<Outcome> first = a.ProposeAsync("default", new Command.PauseQueue("other"));
        Task<Outcome> abandoned = a.Shards.ProposeAsync(old.Id.Shard, new Command.Cancel(old.Id), left.Token);
        left.Cancel();
        Task<Outcome> next = a.ProposeAsync("default", new Command.ResumeQueue("other"));

        await first;
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => abandoned);
        await next.WaitAsync(TimeSpan.FromSeconds(10), lane.Clock);
    });

    private static async Task<(TestReplica Replica, Func<int> Reads)> StartAsync(Lane lane)
    {
        int reads = 0;
        bool isSlow = false;
        var store = new GateStore(new ModelStore())
        {
            After = async (call, keys) =>
            {
                if (isSlow && call is StoreCall.Get or StoreCall.GetMany && keys[0] != Keys.Head(0))
                {
                    reads++;
                    await lane.PassAsync(AnswerSeconds);
                }
            },
        };
        TestReplica replica = await lane.StartAsync(
            store, "a", settings => settings with { Bounds = new ShardBounds { FinishedJobsMax = 1 } });
        isSlow = true;
        return (replica, () => reads);
    }

    /// <summary>Jobs that have ended and are not in memory any more.</summary>
    private static async Task<IReadOnlyList<Job>> FinishedLongAgoAsync(TestReplica replica, int count)
    {
        for (int i = 0; i < count + 2; i++)
        {
            await replica.EnqueueAsync();
        }

        IReadOnlyList<Job> leased = await replica.LeaseAsync(max: count + 2);
        foreach (Job job in leased)
        {
            await replica.ProposeAsync(new Command.Complete(job.Id, job.Lease!.Token));
        }

        return [.. leased.Take(count)];
    }
}
