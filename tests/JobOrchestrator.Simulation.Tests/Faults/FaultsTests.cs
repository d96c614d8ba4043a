namespace JobOrchestrator.Simulation.Tests;

/// <summary>What strikes is the seed's to say, and one fault less changes nothing for the others.</summary>
public sealed class FaultsTests
{
    private static readonly FaultPlan Often = new(FaultKind.Busy, 0.3, TimeSpan.FromMinutes(1), TimeSpan.FromSeconds(1));

    [Fact]
    public void Fault_Suppressed_OthersStrikeAsBefore()
    {
        List<int> all = Struck(null);

        List<int> some = Struck(all.Skip(1).ToHashSet());

        Assert.True(all.Count > 10);
        Assert.Equal(all.Skip(1), some);
    }

    [Fact]
    public void Faults_OfACalmWorld_StrikeNoMore()
    {
        Simulated.Of(1, world =>
        {
            Lane lane = world.NewLane("a#1");
            var faults = new Faults(world, [Often with { Rate = 1 }]);
            Assert.NotNull(faults.Meet(FaultKind.Busy, lane));

            faults.Calm();

            Assert.Null(faults.Meet(FaultKind.Busy, lane));
        });
    }

    [Fact]
    public void Draws_OfOneProcess_AreNotChangedByAnother()
    {
        List<int> alone = Struck(null);
        List<int> together = Struck(null, others: 3);

        Assert.Equal(alone, together);
    }

    private static List<int> Struck(IReadOnlySet<int>? only, int others = 0)
    {
        var struck = new List<int>();
        Simulated.Of(7, world =>
        {
            Lane lane = world.NewLane("a#1");
            Lane[] besides = [.. Enumerable.Range(0, others).Select(number => world.NewLane($"b#{number}"))];
            var faults = new Faults(world, [Often], only);
            for (int i = 0; i < 200; i++)
            {
                if (faults.Meet(FaultKind.Busy, lane) is { } strike)
                {
                    struck.Add(strike.Number);
                }

                Array.ForEach(besides, other => faults.Meet(FaultKind.Busy, other));
                world.RunFor(TimeSpan.FromMilliseconds(10));
            }
        });
        return struck;
    }
}
