using System.Threading.Channels;

namespace JobOrchestrator.Simulation.Tests;

/// <summary>What a process does stays in its lane, and what is done to it is what is done to processes.</summary>
public sealed class LaneTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    public static TheoryData<string> Waits => [.. Ways.Keys];

    private static Dictionary<string, Func<Lane, Task>> Ways { get; } = new()
    {
        ["a delay"] = lane => Task.Delay(Second, lane.Clock),
        ["a yield"] = async _ => await Task.Yield(),
        ["a delay that is cancelled"] = async lane =>
        {
            using var timeout = new CancellationTokenSource(Second, lane.Clock);
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => DelayAsync(lane, timeout.Token));
        },
        ["linked sources"] = async lane =>
        {
            using var timeout = new CancellationTokenSource(Second, lane.Clock);
            using var other = new CancellationTokenSource();
            using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, other.Token);
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => DelayAsync(lane, either.Token));
        },
        ["a channel"] = async lane =>
        {
            var channel = Channel.CreateUnbounded<int>();
            lane.Begin("the writer", async () =>
            {
                await Task.Delay(Second, lane.Clock);
                channel.Writer.TryWrite(7);
            });
            Assert.Equal(7, await channel.Reader.ReadAsync());
        },
        ["a channel's wait that is cancelled"] = async lane =>
        {
            var channel = Channel.CreateBounded<int>(1);
            using var timeout = new CancellationTokenSource(Second, lane.Clock);
            await Assert.ThrowsAnyAsync<OperationCanceledException>(
                async () => await channel.Reader.WaitToReadAsync(timeout.Token));
        },
        ["a timer"] = async lane =>
        {
            var promise = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            await using ITimer timer = lane.Clock.CreateTimer(_ => promise.SetResult(), null, Second, Timeout.InfiniteTimeSpan);
            await promise.Task;
        },
        ["a promise"] = async lane =>
        {
            var promise = new TaskCompletionSource();
            lane.Begin("who keeps it", async () =>
            {
                await Task.Delay(Second, lane.Clock);
                promise.SetResult();
            });
            await promise.Task;
        },
        ["several at once"] = lane => Task.WhenAll(DelayAsync(lane, default), DelayAsync(lane, default)),
    };

    [Theory]
    [MemberData(nameof(Waits))]
    public void Wait_OfAnyPlainKind_GoesOnInItsLane(string way)
    {
        bool isOver = false;

        World world = Simulated.Lane(async lane =>
        {
            await Ways[way](lane);
            Assert.Same(lane, SynchronizationContext.Current);
            isOver = true;
        });

        Assert.Null(world.Failure);
        Assert.True(isOver);
    }

    [Fact]
    public void Loop_Throws_FailsTheRun()
    {
        World world = Simulated.Lane(async lane =>
        {
            await Task.Delay(Second, lane.Clock);
            throw new InvalidOperationException("broken");
        });

        Assert.Equal("loops", world.Failure?.Oracle);
        Assert.Contains("broken", world.Failure?.Text);
    }

    [Fact]
    public void Loop_Spins_FailsTheRun()
    {
        World world = Simulated.Lane(async lane =>
        {
            while (true)
            {
                await Task.Yield();
            }
        });

        Assert.Equal("spin", world.Failure?.Oracle);
    }

    [Fact]
    public void Kill_InTheMiddle_RunsNoFinally()
    {
        var done = new List<string>();

        Simulated.Of(1, world =>
        {
            Lane lane = world.NewLane("a#1");
            lane.Begin("victim", async () =>
            {
                try
                {
                    done.Add("begun");
                    await Task.Delay(Second, lane.Clock);
                    done.Add("went on");
                }
                finally
                {
                    done.Add("finally");
                }
            });
            world.In(Second / 2, null, StepKind.World, "kill", lane.Kill);
            world.RunFor(10 * Second);
            Assert.Null(world.Failure);
        });

        Assert.Equal(["begun"], done);
    }

    [Theory]
    [InlineData(false, 6)]
    [InlineData(true, 11)]
    public void Freeze_ForFiveSeconds_TimerOfSixComesWhenItsClockSaysSo(bool clockStands, int seconds)
    {
        TimeSpan at = default;
        TimeSpan elapsed = default;

        Simulated.Of(1, world =>
        {
            Lane lane = world.NewLane("a#1");
            lane.Begin("sleeper", async () =>
            {
                long started = lane.Clock.GetTimestamp();
                await Task.Delay(6 * Second, lane.Clock);
                at = new TimeSpan(world.Ticks);
                elapsed = lane.Clock.GetElapsedTime(started);
            });
            world.In(Second, null, StepKind.World, "freeze", () => lane.Freeze(clockStands));
            world.In(6 * Second, null, StepKind.World, "thaw", lane.Thaw);
            world.RunFor(20 * Second);
            Assert.Null(world.Failure);
        });

        Assert.InRange(at.TotalSeconds, seconds - 0.01, seconds + 0.02);
        Assert.InRange(elapsed.TotalSeconds, 6, 6.02);
    }

    [Fact]
    public void Freeze_AcrossTheEndOfATimer_ItComesAtTheThaw()
    {
        TimeSpan at = default;

        Simulated.Of(1, world =>
        {
            Lane lane = world.NewLane("a#1");
            lane.Begin("sleeper", async () =>
            {
                await Task.Delay(Second, lane.Clock);
                at = new TimeSpan(world.Ticks);
            });
            world.In(Second / 2, null, StepKind.World, "freeze", () => lane.Freeze());
            world.In(8 * Second, null, StepKind.World, "thaw", lane.Thaw);
            world.RunFor(20 * Second);
        });

        Assert.InRange(at.TotalSeconds, 8, 8.001);
    }

    private static async Task DelayAsync(Lane lane, CancellationToken cancellationToken) =>
        await Task.Delay(2 * Second, lane.Clock, cancellationToken);
}
