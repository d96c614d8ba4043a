using JobOrchestrator.Core;

namespace JobOrchestrator.Shards.Tests;

/// <summary>F7: a worker that could not be heard loses nothing, and one that is silent loses its lease all the same.</summary>
public sealed class StallTests
{
    [Fact]
    public void Heartbeat_ProcessStoodStillForLongerThanTheLease_Counts() => Lane.Run(async lane =>
    {
        await using TestReplica replica = await lane.StartAsync(new ModelStore());
        Job leased = await LeasedAsync(replica);
        await lane.PassAsync(3);

        // Nothing else goes on in the lane meanwhile.
        lane.Clock.Advance(TimeSpan.FromSeconds(40));
        await lane.PassAsync(1);

        Assert.IsType<Outcome.Extended>(await replica.ProposeAsync(new Command.Heartbeat(leased.Id, leased.Lease!.Token)));
    });

    [Fact]
    public void Lease_ProcessStoodStillOnce_EndsAfterItsFullTimeFromThen() => Lane.Run(async lane =>
    {
        await using TestReplica replica = await lane.StartAsync(new ModelStore());
        Job leased = await LeasedAsync(replica);
        await lane.PassAsync(3);
        lane.Clock.Advance(TimeSpan.FromSeconds(40));

        await lane.PassAsync(29);
        Assert.Equal(JobStatus.InProgress, (await replica.FindAsync(leased.Id)).Status);
        await lane.PassAsync(5);

        Assert.Equal(AttemptOutcome.LeaseLost, (await replica.FindAsync(leased.Id)).Attempts[0].Outcome);
    });

    [Fact]
    public void Lease_ManyStallsThatAreShorterThanWhatIsExcused_AgesByTheTimeBetweenThem() => Lane.Run(async lane =>
    {
        await using TestReplica replica = await lane.StartAsync(new ModelStore());
        Job leased = await LeasedAsync(replica);

        // 57 s, of which the process runs for six.
        for (int i = 0; i < 30; i++)
        {
            lane.Clock.Advance(TimeSpan.FromSeconds(1.7));
            await lane.PassAsync(0.2);
        }

        Assert.IsType<Outcome.Extended>(await replica.ProposeAsync(new Command.Heartbeat(leased.Id, leased.Lease!.Token)));
    });

    [Fact]
    public void Lease_StoreAwayForAMomentAgainAndAgain_AgesByTheTimeBetween() => Lane.Run(async lane =>
    {
        var store = new ModelStore();
        await using TestReplica replica = await lane.StartAsync(store);
        Job leased = await LeasedAsync(replica);

        for (int i = 0; i < 30; i++)
        {
            Task<Outcome> other = replica.ProposeAsync("default", new Command.PauseQueue($"q{i}"));
            store.Fault = _ => Fault.Unreachable;
            await lane.PassAsync(1.5);
            store.Fault = _ => Fault.None;
            await lane.PassAsync(0.3);
            _ = other.Exception;
        }

        Assert.IsType<Outcome.Extended>(await replica.ProposeAsync(new Command.Heartbeat(leased.Id, leased.Lease!.Token)));
    });

    [Fact]
    public void Heartbeat_InLineBeforeItsLeaseEndsAndDecidedAfterwards_Counts() => Lane.Run(async lane =>
    {
        bool isSlow = false;
        var store = new GateStore(new ModelStore())
        {
            After = (call, _) => isSlow && call == StoreCall.Transact ? lane.PassAsync(1.8) : Task.CompletedTask,
        };
        await using TestReplica replica = await lane.StartAsync(store);
        Job leased = await LeasedAsync(replica);
        await lane.PassAsync(29);
        isSlow = true;

        Task<Outcome> first = replica.ProposeAsync("default", new Command.PauseQueue("other"));
        await lane.PassAsync(0.5);
        Task<Outcome> beat = replica.ProposeAsync(new Command.Heartbeat(leased.Id, leased.Lease!.Token));

        Assert.IsType<Outcome.Extended>(await beat);
        await first;
    });

    [Fact]
    public void Heartbeat_AfterItsLeaseIsOver_IsRefused() => Lane.Run(async lane =>
    {
        await using TestReplica replica = await lane.StartAsync(new ModelStore());
        Job leased = await LeasedAsync(replica);

        await lane.PassAsync(31);

        Assert.IsType<Outcome.Refused>(await replica.ProposeAsync(new Command.Heartbeat(leased.Id, leased.Lease!.Token)));
    });

    private static async Task<Job> LeasedAsync(TestReplica replica)
    {
        await replica.EnqueueAsync();
        return Assert.Single(await replica.LeaseAsync());
    }
}
