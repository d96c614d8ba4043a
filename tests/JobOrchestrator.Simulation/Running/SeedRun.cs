using System.Globalization;

namespace JobOrchestrator.Simulation;

/// <summary>One seed as it went.</summary>
/// <param name="Seed">The seed.</param>
/// <param name="Swarm">What its world was like.</param>
/// <param name="Trace">What happened.</param>
/// <param name="Length">How long it took in the world.</param>
/// <param name="Struck">The faults that struck.</param>
/// <param name="Failure">What went wrong; null: nothing.</param>
internal sealed record SeedRun(ulong Seed, Swarm Swarm, Trace Trace, TimeSpan Length, IReadOnlyList<int> Struck, Failure? Failure)
{
    /// <summary>The option that repeats it.</summary>
    public string Again { get; init; } = string.Create(CultureInfo.InvariantCulture, $"--seed {Seed}");

    /// <summary>How many calls of the replicas to the store a sweep can befall.</summary>
    public int Calls { get; init; }

    /// <summary>What it has met.</summary>
    public Reached Reached { get; init; } = new();

    /// <summary>Runs a seed, on a thread that is fit for it.</summary>
    /// <param name="seed">The seed.</param>
    /// <param name="only">The faults that may strike; null: all.</param>
    /// <param name="change">Changes what its world is like; null: as drawn by the seed.</param>
    /// <exception cref="HangException">A step of it does not end.</exception>
    public static SeedRun Of(ulong seed, IReadOnlySet<int>? only = null, Func<Swarm, Swarm>? change = null) =>
        World.OnThread(seed, world => Of(world, only, change));

    private static SeedRun Of(World world, IReadOnlySet<int>? only, Func<Swarm, Swarm>? change)
    {
        var drawn = Swarm.Draw(world);
        var scene = new Scene(world, change?.Invoke(drawn) ?? drawn, only);
        scene.Run();
        return new SeedRun(world.Seed, scene.Swarm, world.Trace, new TimeSpan(world.Ticks), scene.Faults.Struck, world.Failure)
        {
            Calls = scene.Calls,
            Reached = scene.Reached,
        };
    }
}
