using JobOrchestrator.Dashboard.Plots;

namespace JobOrchestrator.Dashboard.Tests.Plots;

/// <summary>A time by its two ends: what is refused of it, and where its links lead.</summary>
public sealed class PlotSpanTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(null, "2026-03-01T11:00:00Z", "a time has two ends, from and to")]
    [InlineData("2026-03-01T11:00:00Z", null, "a time has two ends, from and to")]
    [InlineData("yesterday", "2026-03-01T11:00:00Z", "write both ends as 2026-03-01T12:00:00Z")]
    [InlineData("2026-03-01T11:00:00", "2026-03-01T11:00:00Z", "write both ends as 2026-03-01T12:00:00Z")]
    [InlineData("2026-03-01T11:00:00Z", "2026-03-01T10:00:00Z", "it ends before it begins")]
    [InlineData("2026-03-01T11:00:00Z", "2026-03-01T11:01:00Z", "it is shorter than 1 min 15 s")]
    [InlineData("0001-01-01T00:00:00Z", "2026-03-01T11:00:00Z", "it begins more than 35 days ago, and nothing is kept of that")]
    [InlineData("2026-01-24T12:00:00Z", "2026-03-01T11:00:00Z", "it begins more than 35 days ago, and nothing is kept of that")]
    [InlineData("2026-03-01T11:00:00Z", "9999-12-31T23:59:59Z", "it is still ahead")]
    [InlineData("2026-03-01T12:00:00Z", "2026-03-01T15:00:00Z", "it is still ahead")]
    public void WhatCannotBeShown_IsSaidInWords(string? from, string? to, string wrong) =>
        Assert.Equal((null, wrong), PlotSpan.Read(from, to, Now));

    [Theory]
    [InlineData("2026-03-01T10:00:00Z", "2026-03-01T11:00:00Z")]
    [InlineData("2026-03-01T10:00Z", "2026-03-01T11:00Z")]
    [InlineData("2026-03-01T12:00:00.000+02:00", "2026-03-01T09:00:00-02:00")]
    public void Instants_AreReadWithTheirZone(string from, string to) =>
        Assert.Equal((Span(-120, -60), null), PlotSpan.Read(from, to, Now));

    [Fact]
    public void NothingNamed_IsNothingWrong() => Assert.Equal((null, null), PlotSpan.Read(null, null, Now));

    /// <summary>By its length, as windows are, and no finer than what is kept.</summary>
    [Theory]
    [InlineData(15, 0, 5)]
    [InlineData(60, 0, 30)]
    [InlineData(60, 30, 60)]
    [InlineData(15, 120, 60)]
    [InlineData(24 * 60, 0, 600)]
    [InlineData(60, 24 * 60, 3_600)]
    [InlineData(7 * 24 * 60, 0, 3_600)]
    [InlineData(35 * 24 * 60, 0, 21_600)]
    public void Steps_FollowFromLengthAndAge(int minutes, int minutesAgo, int step) =>
        Assert.Equal(step, Span(-minutes - minutesAgo, -minutesAgo).Step(Now).TotalSeconds);

    [Fact]
    public void WholeSteps_AreShownByTheSameStep()
    {
        PlotSpan hour = Span(-60, 0).By(TimeSpan.FromSeconds(30));
        PlotSpan askew = new PlotSpan(Now.AddSeconds(-3_601), Now.AddSeconds(1)).By(TimeSpan.FromSeconds(30));

        Assert.Equal(Span(-60, 0), hour);
        Assert.Equal((TimeSpan.FromMinutes(61), 30), (askew.Length, (int)(askew with { To = Now }).Step(Now).TotalSeconds));
    }

    [Fact]
    public void Links_MoveByHalf_AndZoomAroundTheMiddle()
    {
        PlotSpan hour = Span(-180, -120);

        Assert.Equal(Span(-210, -150), hour.Earlier(Now));
        Assert.Equal(Span(-150, -90), hour.Later(Now));
        Assert.Equal(Span(-165, -135), hour.Closer(Now));
        Assert.Equal(Span(-210, -90), hour.Wider(Now));
    }

    /// <summary>Nothing is shown of what is ahead, and nothing is asked for that is no longer kept.</summary>
    [Fact]
    public void Links_EndWhereThereIsNothingMore()
    {
        Assert.Equal(Span(-59, 1), Span(-65, -5).Later(Now));
        Assert.Null(Span(-59, 1).Later(Now));
        Assert.Equal(Span(-110, 10), Span(-60, 0).Wider(Now));
        Assert.Null(Span(-10, -8.5).Closer(Now));
        Assert.Null(Span(-35 * 24 * 60, 0).Wider(Now));
        Assert.Null(Span(-35 * 24 * 60, -34 * 24 * 60).Earlier(Now));
    }

    /// <summary>Minutes are kept for a day: what is closer to an hour of yesterday would be hours of it.</summary>
    [Theory]
    [InlineData(60, 60, true)]
    [InlineData(60, 48 * 60, false)]
    [InlineData(40 * 60, 48 * 60, true)]
    public void Closer_IsOfferedWhereThereAreSteps(int minutes, int minutesAgo, bool isOffered) =>
        Assert.Equal(isOffered, Span(-minutes - minutesAgo, -minutesAgo).Closer(Now) is not null);

    [Theory]
    [InlineData(60, 0, 60)]
    [InlineData(24 * 60, 0, 3_600)]
    [InlineData(60, 36 * 60, 3_600)]
    [InlineData(20 * 24 * 60, 0, null)]
    public void AsLongBefore_IsComparedByWhatIsKept(int minutes, int minutesAgo, int? step) =>
        Assert.Equal(step, Span(-minutes - minutesAgo, -minutesAgo).StepToCompare(Now)?.TotalSeconds);

    private static PlotSpan Span(double from, double to) => new(Now.AddMinutes(from), Now.AddMinutes(to));
}
