namespace JobOrchestrator.Simulation.Tests;

/// <summary>What once failed passes, and what is kept of it is read as it was meant.</summary>
public sealed class KeptTests
{
    public static TheoryData<string> Scenarios => [.. Kept.Scenarios.Select(kept => kept.Name)];

    [Theory]
    [MemberData(nameof(Scenarios))]
    public void Scenario_Passes(string name)
    {
        Kept kept = Kept.Scenarios.Single(one => one.Name == name);

        SeedRun run = kept.Options.RunOne();

        Assert.True(run.Failure is null, run.Failure is null ? "" : Story.Of(run, 200));
        Assert.NotEmpty(run.Struck);
        Assert.Contains(kept.Oracle, typeof(Simulation.Oracles.OracleNames).GetFields().Select(field => field.GetRawConstantValue()));
    }

    [Fact]
    public void Seeds_ThatOnceFailed_AreRead()
    {
        Assert.NotEmpty(Kept.Failed);
        Assert.All(Kept.Failed, kept => Assert.NotNull(kept.Options.Seed));
    }

    [Fact]
    public void Seed_WithOptions_IsRepeatedByThem()
    {
        Kept kept = Assert.Single(Kept.ReadSeeds(["# seed, commit, oracle", "", "14 09c2b67 answers --store redis --only 1,2"]));

        Assert.Equal(("seed 14", "answers", "09c2b67"), (kept.Name, kept.Oracle, kept.Found));
        Assert.Equal((14UL, "redis"), (kept.Options.Seed, kept.Options.Store));
        Assert.Equal([1, 2], kept.Options.Only!.Order());
    }

    [Fact]
    public void Failure_OfAWorldWithOptions_IsRepeatedWithThem()
    {
        var options = Options.Parse(["--seed", "3", "--store", "redis", "--without", "Kill", "--only", "100101"]);

        SeedRun run = options.RunOne();

        Assert.Equal("--seed 3 --store redis --without Kill --only 100101", run.Again);
        Assert.Equal(run.Trace.Hash, Options.Parse(run.Again.Split(' ')).RunOne().Trace.Hash);
    }

    [Theory]
    [InlineData("14 09c2b67")]
    [InlineData("fourteen 09c2b67 answers")]
    [InlineData("14 09c2b67 answers --minutes 2")]
    public void Seed_ThatIsNone_IsRefused(string line)
    {
        Assert.Throws<FormatException>(() => Kept.ReadSeeds([line]));
    }

    [Theory]
    [InlineData("{")]
    [InlineData("""{"oracle": "chain", "again": "--seed 1"}""")]
    [InlineData("""{"oracle": "chain", "found": "It.", "again": "--sweep"}""")]
    [InlineData("""{"oracle": "chain", "found": "It.", "again": "--seed 1 --count 3"}""")]
    public void Scenario_ThatIsNone_IsRefused(string json)
    {
        Assert.Throws<FormatException>(() => Kept.ReadScenario("some", json));
    }
}
