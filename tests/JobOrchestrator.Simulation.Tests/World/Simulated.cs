namespace JobOrchestrator.Simulation.Tests;

/// <summary>Small worlds for tests.</summary>
internal static class Simulated
{
    /// <summary>A world with one lane that runs until its loop has ended, or nothing happens any more.</summary>
    public static World Lane(Func<Lane, Task> loop, ulong seed = 1) => Of(seed, world =>
    {
        Lane lane = world.NewLane("a#1");
        lane.Begin("the test", () => loop(lane));
        world.Run(() => false);
    });

    /// <summary>A world, after what was done to it on its own thread.</summary>
    public static World Of(ulong seed, Action<World> run, TimeSpan? stepMax = null) => World.OnThread(
        seed,
        world =>
        {
            run(world);
            return world;
        },
        stepMax);
}
