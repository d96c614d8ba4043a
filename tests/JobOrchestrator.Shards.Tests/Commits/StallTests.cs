using JobOrchestrator.Core;

namespace JobOrchestrator.Shards.Tests;

/// <summary>F7: nobody could report to a process that stood still, and no clock that is set ends a lease.</summary>
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
    public void Lease_ProcessStoodStillOnce_StillEndsWithASilentWorker() => Lane.Run(async lane =>
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
    public void Lease_WallClockLeapsAhead_IsNotEndedByIt() => Lane.Run(async lane =>
    {
        var clock = new WrongClock(lane.Clock);
        await using TestReplica replica = lane.Begin(new ModelStore(), clock: clock);
        await lane.UntilAsync(() => replica.IsReady, "the shard is held");
        Job leased = await LeasedAsync(replica);
        await lane.PassAsync(3);

        clock.Offset = TimeSpan.FromHours(8);
        await lane.PassAsync(6);

        Assert.Equal(JobStatus.InProgress, (await replica.FindAsync(leased.Id)).Status);
        Assert.IsType<Outcome.Extended>(await replica.ProposeAsync(new Command.Heartbeat(leased.Id, leased.Lease!.Token)));
    });

    private static async Task<Job> LeasedAsync(TestReplica replica)
    {
        await replica.EnqueueAsync();
        return Assert.Single(await replica.LeaseAsync());
    }
}
