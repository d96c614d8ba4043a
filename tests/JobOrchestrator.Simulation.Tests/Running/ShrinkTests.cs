using JobOrchestrator.Simulation.Models;

namespace JobOrchestrator.Simulation.Tests;

/// <summary>The fewest faults with which a seed still fails the same way.</summary>
public sealed class ShrinkTests
{
    [Fact]
    public void Faults_OfWhichTwoAreNeeded_AreShrunkToThose()
    {
        (IReadOnlyList<int> faults, SeedRun run) = new Shrink(Try).Of(Try(Enumerable.Range(1, 40).ToHashSet()));

        Assert.Equal([7, 31], faults.Order());
        Assert.Equal("chain", run.Failure?.Oracle);
    }

    [Fact]
    public void Failure_ThatNeedsNoFault_IsShrunkToNone()
    {
        SeedRun failed = Run(Enumerable.Range(1, 9).ToHashSet(), fails: true);

        (IReadOnlyList<int> faults, _) = new Shrink(some => Run(some, fails: true)).Of(failed);

        Assert.Empty(faults);
    }

    private static SeedRun Try(IReadOnlySet<int> faults) => Run(faults, fails: faults.Contains(7) && faults.Contains(31));

    private static SeedRun Run(IReadOnlySet<int> faults, bool fails) => new(
        1, Swarm.Calm(Presets.InMemory), new Trace(), TimeSpan.Zero, [.. faults], fails ? new Failure("chain", "back", 1, 1) : null);
}
