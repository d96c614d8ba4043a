using JobOrchestrator.Simulation.Oracles;

namespace JobOrchestrator.Simulation.Tests.Oracles;

/// <summary>What the oracles have seen.</summary>
internal static class Seen
{
    /// <summary>The first that this oracle saw says so.</summary>
    public static void By(string oracle, Bench bench, string says)
    {
        Violation? seen = bench.Judge.Violations.FirstOrDefault(violation => violation.Oracle == oracle);
        Assert.True(seen is not null, $"{oracle} saw nothing; seen was: {string.Join(" | ", bench.Judge.Violations)}");
        Assert.Contains(says, seen.Sentence, StringComparison.Ordinal);
    }

    /// <summary>The same; null: it saw nothing.</summary>
    public static void ByOrNothing(string oracle, Bench bench, string? says)
    {
        if (says is null)
        {
            NothingBy(oracle, bench);
        }
        else
        {
            By(oracle, bench, says);
        }
    }

    /// <summary>Nobody saw anything.</summary>
    public static void Nothing(Bench bench) => Assert.Empty(bench.Judge.Violations.Select(violation => violation.ToString()));

    /// <summary>This oracle saw nothing.</summary>
    public static void NothingBy(string oracle, Bench bench) =>
        Assert.Empty(bench.Judge.Violations.Where(violation => violation.Oracle == oracle).Select(violation => violation.ToString()));
}
