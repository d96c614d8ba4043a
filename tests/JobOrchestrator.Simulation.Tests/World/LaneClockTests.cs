namespace JobOrchestrator.Simulation.Tests;

/// <summary>Clocks that differ as those of real machines do.</summary>
public sealed class LaneClockTests
{
    [Fact]
    public void Timer_OfAnySeed_IsLateByAtMostFifteenMillisecondsAndNeverEarly()
    {
        for (ulong seed = 0; seed < 100; seed++)
        {
            TimeSpan taken = default;
            TimeSpan world = default;
            Simulated.Lane(
                async lane =>
                {
                    long started = lane.Clock.GetTimestamp();
                    await Task.Delay(TimeSpan.FromSeconds(10), lane.Clock);
                    taken = lane.Clock.GetElapsedTime(started);
                    world = new TimeSpan(lane.World.Ticks);
                },
                seed);

            Assert.InRange(taken.TotalMilliseconds, 10_000, 10_016);
            Assert.InRange(world.TotalMilliseconds, 9_998, 10_018);
        }
    }

    [Fact]
    public void Rates_OfTwoLanes_Differ()
    {
        var taken = new HashSet<TimeSpan>();
        Simulated.Of(1, world =>
        {
            for (int i = 0; i < 4; i++)
            {
                Lane lane = world.NewLane($"lane-{i}");
                lane.Begin("look", async () =>
                {
                    long started = lane.Clock.GetTimestamp();
                    await Task.Delay(TimeSpan.FromHours(1), lane.Clock);
                    taken.Add(lane.Clock.GetElapsedTime(started) - new TimeSpan(world.Ticks));
                });
            }

            world.Run(() => false);
        });

        Assert.Equal(4, taken.Count);
        Assert.All(taken, off => Assert.InRange(off.TotalMilliseconds, -1_000, 1_000));
    }

    [Fact]
    public void Offset_StepsTheWallClockAlone()
    {
        World world = Simulated.Lane(lane =>
        {
            DateTimeOffset before = lane.Clock.GetUtcNow();
            long started = lane.Clock.GetTimestamp();

            lane.Clock.Offset = TimeSpan.FromDays(8);

            Assert.Equal(TimeSpan.FromDays(8), lane.Clock.GetUtcNow() - before);
            Assert.Equal(TimeSpan.Zero, lane.Clock.GetElapsedTime(started));
            return Task.CompletedTask;
        });

        Assert.Null(world.Failure);
    }

    [Fact]
    public void Timer_WithAPeriod_ComesAgainUntilItIsDisposed()
    {
        int fired = 0;
        Simulated.Lane(async lane =>
        {
            using (lane.Clock.CreateTimer(_ => fired++, null, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1)))
            {
                await Task.Delay(TimeSpan.FromSeconds(5.5), lane.Clock);
            }

            await Task.Delay(TimeSpan.FromSeconds(5), lane.Clock);
        });

        Assert.Equal(5, fired);
    }
}
