using JobOrchestrator.Simulation.Oracles;

namespace JobOrchestrator.Simulation.Tests.Oracles;

/// <summary>All is calm.</summary>
internal static class Calm
{
    /// <summary>Calm of a bench whose shard is served.</summary>
    public static CalmState Of(Bench bench) => new(bench.Step, bench.Now) { Served = new HashSet<int> { 0 } };
}
