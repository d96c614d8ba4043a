using JobOrchestrator.Dashboard.Plots;
using JobOrchestrator.Sdk;

namespace JobOrchestrator.Dashboard.Tests.Plots;

/// <summary>What was before stands step beside step with what is.</summary>
public sealed class ComparedTests
{
    private static readonly DateTimeOffset Start = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void AStepBegan_AnHourAfterTheOneBesideIt()
    {
        var both = Compared.Of(Stats(1, 2, 3, 4), TimeSpan.FromMinutes(2));

        Assert.Equal([3, 4], both.Now.Series[0].Values);
        Assert.Equal([1, 2], both.Before![0]);
        Assert.Equal(Start.AddMinutes(2), both.Now.From);
        Assert.Equal(Start.AddMinutes(4), both.Now.To);
    }

    /// <summary>Where the time does not begin with a step, there is one more, and it has one beside it too.</summary>
    [Fact]
    public void AStepThatIsNotOver_HasOneBesideIt()
    {
        var both = Compared.Of(Stats(1, 2, 3, 4, 5), TimeSpan.FromMinutes(2));

        Assert.Equal([3, 4, 5], both.Now.Series[0].Values);
        Assert.Equal([1, 2, 3], both.Before![0]);
    }

    [Fact]
    public void MarksAndGaps_AreThoseOfTheTimeThatIsShown()
    {
        JobStats stats = Stats(1, 2, 3, 4) with
        {
            Marks = [Mark(1.9), Mark(2)],
            Gaps = [Gap(0, 2), Gap(1, 3)],
        };

        var both = Compared.Of(stats, TimeSpan.FromMinutes(2));

        Assert.Equal([stats.Marks[1]], both.Now.Marks);
        Assert.Equal([stats.Gaps[1]], both.Now.Gaps);
        Assert.Equal([stats.Gaps[0]], both.GapsBefore);
        Assert.Equal(Start, both.Begin);
        Assert.Equal((Start, 0), (new Compared(stats).Begin, new Compared(stats).GapsBefore.Count));
    }

    [Fact]
    public void WhatIsNotKnownOfBefore_IsSaid()
    {
        Assert.False(Compared.Of(Stats(null, null, 3, 4), TimeSpan.FromMinutes(2)).KnowsBefore);
        Assert.True(Compared.Of(Stats(null, 0, 3, 4), TimeSpan.FromMinutes(2)).KnowsBefore);
        Assert.False(new Compared(Stats(1, 2)).KnowsBefore);
    }

    /// <summary>Each line has its own before beside it, whichever of them are taken.</summary>
    [Fact]
    public void Lines_HaveTheirOwnBefore()
    {
        JobStats stats = Stats(1, 2) with { Series = [Line("ready", 1, 2), Line("late", 3, 4)] };

        PlotLine line = Assert.Single(
            Compared.Of(stats, TimeSpan.FromMinutes(1)).Lines(one => one.Metric == "late", (one, at) => (one.Metric, $"s{at}")));

        Assert.Equal(("late", "s0", 4, 3), (line.Name, line.Style, line.Values[0], line.Before![0]));
    }

    /// <summary>What is not over, or not known of both, is counted against nothing.</summary>
    [Fact]
    public void Totals_AreOfStepsThatAreOver_AndKnownOfBoth()
    {
        JobStats stats = Stats(null, 2, 4, 10, 20, 30) with { AsOf = Start.AddMinutes(5.5) };

        var both = Compared.Of(stats, TimeSpan.FromMinutes(3));

        Assert.Equal(TimeSpan.FromMinutes(1), both.Length);
        Assert.Equal((20, 2), both.Total(line => line.Metric == "ready"));
        Assert.Equal(TimeSpan.Zero, new Compared(stats).Length);
    }

    [Theory]
    [InlineData("15m", 180.0)]
    [InlineData("1h", 60.0)]
    [InlineData("24h", 24.0)]
    [InlineData("7d", 168.0)]
    [InlineData("35d", null)]
    public void Windows_OfWhichWhatWasBeforeIsKept_HaveWholeSteps(string word, double? steps)
    {
        PlotWindow window = PlotWindow.All.Single(one => one.Word == word);

        Assert.Equal(steps, window.Length / window.StepToCompare);
    }

    private static JobStats Stats(params double?[] values) => new(
        Start, Start.AddMinutes(values.Length), 60, Start.AddMinutes(values.Length), Start, [Line("ready", values)], [], []);

    private static JobStatsSeries Line(string metric, params double?[] values) =>
        new(metric, "jobs", new Dictionary<string, string>(), values);

    private static JobMark Mark(double minutes) => new(Start.AddMinutes(minutes), "mark", "t");

    private static JobStatsGap Gap(double from, double to) => new(Start.AddMinutes(from), Start.AddMinutes(to), "not-recorded");
}
