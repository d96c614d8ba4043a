namespace JobOrchestrator.Simulation.Tests;

/// <summary>What was reached is counted where it was, and what is missing is said.</summary>
public sealed class ReachedTests
{
    [Theory]
    [InlineData("redis/76/kill-after", "Committing")]
    [InlineData("in-memory/1/freeze", "Asking")]
    public void Fault_AtACall_IsCountedInItsPhase(string name, string phase)
    {
        Reached reached = SweepCase.Parse(name).Run(swarm => swarm).Reached;

        Assert.Equal(1, reached.Faults[nameof(FaultKind.OneCall)].Where(cell => cell.Key == phase).Sum(cell => cell.Value));
        Assert.Equal(1, reached.Faults[nameof(FaultKind.OneCall)].Sum(cell => cell.Value));
    }

    [Fact]
    public void Fault_AtAnyCall_MeetsAllPhases()
    {
        var sum = Reached.Nothing();
        foreach (SweepCase one in SweepCase.All("redis", 600).Where(one => one.IsIn(1, 100)))
        {
            sum.Add(one.Run(swarm => swarm).Reached);
        }

        Assert.True(sum.Times(FaultKind.OneCall, Phase.Serving) > 0);
        Assert.True(sum.Times(FaultKind.OneCall, Phase.Committing) > 0);
        Assert.True(sum.Sometimes[Sometimes.Redone] > 0);
        Assert.True(sum.LogEvents["31 LogHeld"] > 0);
    }

    [Fact]
    public void LostAnswer_OfACommit_IsSettledAsDone()
    {
        // Which of the calls is a commit depends on all that comes before it.
        bool isMet = Enumerable.Range(60, 200)
            .Select(call => SweepCase.Parse($"in-memory/{call}/lost-answer").Run(swarm => swarm).Reached)
            .Any(reached => reached.Sometimes.GetValueOrDefault(Sometimes.SettledAsDone) > 0);

        Assert.True(isMet);
    }

    [Fact]
    public void LogEvents_OfTheProduct_AreAllKnownThoughNeverSeen()
    {
        var nothing = Reached.Nothing();

        Assert.Equal(0, nothing.LogEvents["31 LogHeld"]);
        Assert.Contains("log, never: ", ReachedTable.Of(nothing), StringComparison.Ordinal);
    }

    [Fact]
    public void Counts_OfAnotherProcess_AreAdded()
    {
        var reached = Reached.Nothing();
        reached.Struck(FaultKind.Kill, Phase.Loading, 2);
        reached.Met(Sometimes.Redone);

        var sum = Reached.Read(reached.Write());
        sum.Add(reached);

        Assert.Equal(4, sum.Times(FaultKind.Kill, Phase.Loading));
        Assert.Equal(2, sum.Sometimes[Sometimes.Redone]);
    }

    [Fact]
    public void Required_NotMet_IsSaid()
    {
        var required = new Required
        {
            Cells = [(FaultKind.Kill, Phase.Loading)],
            LogEvents = ["31 LogHeld"],
            Conditions = [Sometimes.Redone],
        };
        var reached = Reached.Nothing();
        Assert.Equal(["Kill while Loading", "log 31 LogHeld", Sometimes.Redone], required.Missing(reached));

        reached.Struck(FaultKind.Kill, Phase.Loading, 1);
        reached.Saw(new(31, "LogHeld"));
        reached.Met(Sometimes.Redone);

        Assert.Empty(required.Missing(reached));
    }

    [Fact]
    public void Required_OfSeedsAndSweep_NamesWhatThereIs()
    {
        foreach (Required required in new[] { Required.OfSeeds, Required.OfSweep })
        {
            Assert.NotEmpty(required.Cells);
            Assert.Subset(LogEvents.All.ToHashSet(), required.LogEvents.ToHashSet());
            Assert.Subset(Sometimes.All.ToHashSet(), required.Conditions.ToHashSet());
        }
    }
}
