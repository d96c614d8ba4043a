using JobOrchestrator.Simulation.Models;

namespace JobOrchestrator.Simulation.Tests;

/// <summary>What is asked for by words is what the world is like.</summary>
public sealed class AsAskedTests
{
    [Fact]
    public void World_AskedForByWords_IsAsAsked()
    {
        Swarm swarm = Asked("--store", "redis", "--replicas", "3", "--shards", "2", "--with", "SlowTake,KeyLeftOut");

        Assert.Equal("redis", swarm.Store.Name);
        Assert.Equal(3, swarm.Replicas);
        Assert.Equal(2, swarm.Settings.Shards);
        Assert.Equal([Nemesis.SlowTake], swarm.Nemeses);
        Assert.Equal([FaultKind.KeyLeftOut], swarm.Faults.Select(plan => plan.Kind));
    }

    [Fact]
    public void World_OfWhichNothingIsAsked_StaysAsDrawn()
    {
        var drawn = Swarm.Calm(Presets.Named("small"), replicas: 2);

        Swarm swarm = new AsAsked(Options.Parse(["--seed", "1"])).Of(drawn);

        Assert.Equal(drawn.Settings, swarm.Settings);
        Assert.Equal((drawn.Store, drawn.Replicas), (swarm.Store, swarm.Replicas));
    }

    [Fact]
    public void Fault_PutBack_NeedsAFirstSeedAndACount() =>
        Assert.Throws<FormatException>(() => Options.Parse(["--seed", "1", "--expect", "chain"]));

    private static Swarm Asked(params string[] words) =>
        new AsAsked(Options.Parse(["--seed", "1", .. words])).Of(Swarm.Calm(Presets.InMemory));
}
