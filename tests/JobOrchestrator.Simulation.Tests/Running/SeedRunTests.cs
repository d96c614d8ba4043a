using JobOrchestrator.Simulation.Models;

namespace JobOrchestrator.Simulation.Tests;

/// <summary>Whole worlds: what goes wrong nowhere passes, and one seed goes one way.</summary>
public sealed class SeedRunTests
{
    // Not "none": the service's commits stop there, which is a fault of its own (F22).
    public static TheoryData<string> Stores => ["in-memory", "sqlite", "mysql", "postgres", "redis", "small"];

    [Theory]
    [MemberData(nameof(Stores))]
    public void World_WithoutFaults_Passes(string store)
    {
        var run = SeedRun.Of(1, change: _ => Swarm.Calm(Presets.Named(store)));

        Assert.Null(run.Failure);
        Assert.Contains(run.Trace.Notes, note => note.Text.ToString()!.Contains("Changed", StringComparison.Ordinal));
    }

    [Fact]
    public void Seed_RunTwice_GoesTheSameWay()
    {
        for (ulong seed = 1; seed <= 6; seed++)
        {
            var first = SeedRun.Of(seed);
            var second = SeedRun.Of(seed);

            Assert.Equal(first.Trace.Hash, second.Trace.Hash);
            Assert.Equal(first.Failure?.Text, second.Failure?.Text);
            Assert.Equal(first.Struck, second.Struck);
        }
    }

    [Fact]
    public void Seed_WithoutAnyOfItsFaults_IsStruckByNone()
    {
        var run = SeedRun.Of(3, new HashSet<int>());

        Assert.Empty(run.Struck);
    }
}
