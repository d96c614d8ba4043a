namespace JobOrchestrator.Simulation.Tests;

/// <summary>What leaves the lane is caught, whatever it does then.</summary>
public sealed class EscapesTests
{
    [Fact]
    public void ConfigureAwaitFalse_ThenSilence_IsCaught()
    {
        World world = Simulated.Lane(async lane =>
        {
            await Task.Delay(TimeSpan.FromSeconds(1), lane.Clock).ConfigureAwait(false);
        });

        Assert.True(IsCaught(world));
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
    public void TaskRun_ThatIsDoneAtOnce_CountsInThePool()
    {
        World world = Simulated.Lane(async _ =>
        {
            var other = Task.Run(() => { });
            while (!other.IsCompleted)
            {
                await Task.Yield();
            }
        });

        // The pool counts an item right after it has run it.
        Assert.True(SpinWait.SpinUntil(() => world.Escapes.PooledItems > 0, TimeSpan.FromSeconds(10)));
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

    // Whether the pool or the world comes first is not said; that one of them sees it is.
    private static bool IsCaught(World world) => world.Failure?.Oracle == "escapes" || world.Escapes.PooledItems > 0;
}
