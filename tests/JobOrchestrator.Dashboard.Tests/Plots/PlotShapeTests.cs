using JobOrchestrator.Dashboard.Plots;

namespace JobOrchestrator.Dashboard.Tests.Plots;

/// <summary>What a plot draws: nothing that was not recorded, and zero as a line at zero.</summary>
public sealed class PlotShapeTests
{
    [Theory]
    [InlineData(0, 1)]
    [InlineData(0.3, 0.5)]
    [InlineData(1, 1)]
    [InlineData(1.1, 2)]
    [InlineData(47, 50)]
    [InlineData(51, 100)]
    [InlineData(2_000, 2_000)]
    [InlineData(double.NaN, 1)]
    [InlineData(double.PositiveInfinity, 1)]
    public void TheTop_IsRoundAndNotBelowTheHighest(double highest, double top) => Assert.Equal(top, PlotShape.NiceTop(highest), 9);

    [Fact]
    public void ALine_LeavesOutWhatIsNotKnown_AndDrawsZero()
    {
        var shape = new PlotShape(PlotKind.Lines, [Line(0, 10, null, 5, null)]);

        Assert.Equal("M0.5 100L1.5 0M3.5 50h.01", shape.Path(0));
        Assert.Equal([(2, 1), (4, 1)], shape.Gaps());
    }

    [Fact]
    public void Bars_StandOnEachOther_AndWhatIsNotOverIsApart()
    {
        var shape = new PlotShape(PlotKind.Stacked, [Line(4, 2, 0), Line(6, null, 5)], open: 2);

        Assert.Equal(10, shape.Top);
        Assert.Equal("M0.1 100V60h.8V100zM1.1 100V80h.8V100z", shape.Path(0));
        Assert.Equal("M0.1 60V0h.8V60z", shape.Path(1));
        Assert.Equal("M2.1 100V50h.8V100z", shape.Path(1, open: true));
        Assert.Empty(shape.Gaps());
    }

    /// <summary>It is drawn to the same height, and what is no longer as it was is not cut off.</summary>
    [Fact]
    public void WhatWasBefore_IsALineBesideEach()
    {
        var shape = new PlotShape(PlotKind.Lines, [Line(1, 2) with { Before = [20, null] }, Line(3, 4) with { Before = [10, 0] }]);

        Assert.Equal(20, shape.Top);
        Assert.Equal(["M0.5 0h.01", "M0.5 50L1.5 100"], shape.Before().Select(before => before.Path));
        Assert.Equal(["a before", "a before"], shape.Before().Select(before => before.Line.Name));
    }

    [Fact]
    public void WhatWasBefore_IsOneLineOfTheSumOfBars()
    {
        var shape = new PlotShape(
            PlotKind.Stacked,
            [Line(1, 2, 3) with { Before = [4, null, null] }, Line(3, 4, 5) with { Before = [6, 5, null] }]);

        (PlotLine line, string path) = Assert.Single(shape.Before());

        Assert.Equal(("before", "M0.5 0L1.5 50"), (line.Name, path));
        Assert.Equal([10.0, 5, null], line.Values);
    }

    [Fact]
    public void NothingAtAll_IsOneGap()
    {
        var shape = new PlotShape(PlotKind.Lines, [Line(null, null), Line(null, null)]);

        Assert.Equal(1, shape.Top);
        Assert.Equal([(0, 2)], shape.Gaps());
        Assert.Equal("", shape.Path(0));
    }

    [Fact]
    public void AFullPlot_IsSmall()
    {
        double?[] values = [.. Enumerable.Range(0, 240).Select(step => (double?)(step * 7 % 13))];
        PlotLine[] lines = [Line(values), Line(values), Line(values), Line(values)];

        Assert.InRange(Enumerable.Range(0, 4).Sum(line => new PlotShape(PlotKind.Lines, lines).Path(line).Length), 1, 12 * 1024);
    }

    private static PlotLine Line(params double?[] values) => new("a", "s0", values);
}
