namespace JobOrchestrator.Simulation.Tests;

/// <summary>Chance that stays the same for ever.</summary>
public sealed class DiceTests
{
    [Fact]
    public void Stream_OfOneSeedAndName_IsAlwaysTheSame()
    {
        var dice = new Dice(42, "schedule");

        ulong[] drawn = [dice.Next(), dice.Next(), dice.Next()];

        Assert.Equal([9052449545469655714UL, 12957126841028250783UL, 17134688501907234368UL], drawn);
    }

    [Fact]
    public void Streams_OfOtherNamesOrSeeds_Differ()
    {
        var first = new Dice(42, "store");

        Assert.NotEqual(new Dice(42, "stores").Next(), first.Next());
        Assert.NotEqual(new Dice(43, "store").Next(), new Dice(42, "store").Next());
    }

    [Fact]
    public void Draws_StayWithinTheirBounds()
    {
        var dice = new Dice(1, "test");
        var seen = new HashSet<long>();

        for (int i = 0; i < 1000; i++)
        {
            Assert.InRange(dice.Below(7), 0, 6);
            Assert.InRange(dice.Unit(), 0, 0.999999999999999);
            Assert.InRange(dice.LogUniform(0.001, 0.1), 0.001, 0.1);
            seen.Add(dice.Between(-2, 2));
        }

        Assert.Equal([-2, -1, 0, 1, 2], seen.Order());
    }

    [Fact]
    public void Fill_AnOddLength_FillsAll()
    {
        var dice = new Dice(1, "test");
        byte[] bytes = new byte[11];

        dice.Fill(bytes);

        Assert.Contains(bytes[8..], value => value != 0);
    }
}
