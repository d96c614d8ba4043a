using System.Threading.Channels;

namespace JobOrchestrator.Simulation.Tests;

/// <summary>What leaves the lane is caught, whatever it does then.</summary>
public sealed class EscapesTests
{
    [Fact]
    public void ConfigureAwaitFalse_ThenSilence_IsCaught()
    {
        using var watch = PoolWatch.Begin();

        World world = Simulated.Lane(async lane =>
        {
            await Task.Delay(TimeSpan.FromSeconds(1), lane.Clock).ConfigureAwait(false);
        });

        Assert.Equal("escapes", world.Failure?.Oracle);
        Assert.Contains("queues to the thread pool", world.Failure?.Text);
    }

    [Fact]
    public void ConfigureAwaitFalse_ThenTheClock_IsCaught()
    {
        using var looked = new ManualResetEventSlim();
        EscapeException? thrown = null;

        World world = Simulated.Lane(async lane =>
        {
            await Task.Delay(TimeSpan.FromSeconds(1), lane.Clock).ConfigureAwait(false);
            thrown = Assert.Throws<EscapeException>(() => lane.Clock.GetUtcNow());
            looked.Set();
        });

        looked.Wait();
        Assert.NotNull(thrown);
        Assert.NotNull(world.Escapes.First);
    }

    [Fact]
    public void TaskRun_ThatIsNotDoneYet_IsCaught()
    {
        using var gate = new ManualResetEventSlim();

        World world = Simulated.Lane(async _ => await Task.Run(gate.Wait));

        gate.Set();
        Assert.Equal("escapes", world.Failure?.Oracle);
        Assert.Contains("outside the world", world.Failure?.Text);
    }

    [Fact]
    public void TaskRun_ThatNobodyWaitsFor_IsCaught()
    {
        using var watch = PoolWatch.Begin();

        World world = Simulated.Lane(async lane =>
        {
            _ = Task.Run(() => { });
            await Task.Yield();
        });

        Assert.Equal("escapes", world.Failure?.Oracle);
        Assert.Contains("queues to the thread pool", world.Failure?.Text);
    }

    [Fact]
    public void Wait_OnAChannelThatIsCancelled_IsNone()
    {
        using var watch = PoolWatch.Begin();

        World world = Simulated.Lane(async lane =>
        {
            var channel = Channel.CreateBounded<int>(1);
            using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(1), lane.Clock);
            await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await channel.Reader.WaitToReadAsync(timeout.Token));
        });

        Assert.Null(world.Failure);
    }

    [Fact]
    public void Seam_UsedOutsideOfALane_Throws()
    {
        Simulated.Of(1, world =>
        {
            Lane lane = world.NewLane("a#1");

            Assert.Throws<EscapeException>(() => lane.Clock.GetUtcNow());
            Assert.Throws<EscapeException>(() => lane.Clock.GetTimestamp());
            Assert.Throws<EscapeException>(() => lane.Clock.CreateTimer(_ => { }, null, TimeSpan.Zero, TimeSpan.Zero));
        });
    }

    [Fact]
    public void Loop_WaitsForWhatNobodyKeeps_IsCaught()
    {
        World world = Simulated.Lane(_ => new TaskCompletionSource().Task);

        Assert.Equal("escapes", world.Failure?.Oracle);
        Assert.Contains("the test waits for something outside the world", world.Failure?.Text);
    }
}
