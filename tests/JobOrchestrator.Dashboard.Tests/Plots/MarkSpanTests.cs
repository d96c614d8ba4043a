using JobOrchestrator.Dashboard.Plots;

namespace JobOrchestrator.Dashboard.Tests.Plots;

/// <summary>What is compared with a mark: as long since as before, by steps that are kept so far back.</summary>
public sealed class MarkSpanTests
{
    private static readonly DateTimeOffset Mark = new(2026, 3, 1, 12, 34, 56, 789, TimeSpan.Zero);

    [Theory]
    [InlineData(0, 60, 5, 1)]
    [InlineData(2, 60, 5, 25)]
    [InlineData(14, 60, 5, 169)]
    [InlineData(25, 60, 10, 151)]
    [InlineData(31, 60, 60, 32)]
    [InlineData(60 * 5, 60, 60, 60)]
    [InlineData(60 * 5, 60 * 24, 300, 61)]
    [InlineData(60 * 15, 60 * 24, 3_600, 16)]
    [InlineData(60 * 24 * 3, 60 * 24, 3_600, 24)]
    [InlineData(60 * 24 * 3, 60 * 24 * 7, 3_600, 73)]
    [InlineData(60 * 24 * 30, 60 * 24 * 35, 21_600, 68)]
    [InlineData(60 * 24 * 400, 60, 21_600, 1)]
    public void BothSides_AreAsLongAsTheTimeSince_AndNoLongerThanTheWindow(int minutesSince, int windowMinutes, int step, int steps)
    {
        DateTimeOffset now = Mark.AddMinutes(minutesSince);

        var span = MarkSpan.Of(Mark, TimeSpan.FromMinutes(windowMinutes), now);

        Assert.Equal((step, steps), ((int)span.Step.TotalSeconds, (int)(span.Length / span.Step)));
        Assert.Equal(0, span.Begin.ToUnixTimeSeconds() % step);
        Assert.InRange(Mark - span.Begin, TimeSpan.Zero, span.Step);
        Assert.Equal((span.Length, span.Length), (span.Begin - span.From, span.To - span.Begin));
        Assert.Equal(minutesSince <= windowMinutes && minutesSince < 60 * 24 * 17, span.IsUntil(now));
    }

    [Fact]
    public void AMark_IsKnownAgainByItsMilliseconds()
    {
        var span = MarkSpan.Of(Mark, TimeSpan.FromHours(1), Mark);

        Assert.True(span.Is(Mark.AddTicks(9_999)));
        Assert.False(span.Is(Mark.AddMilliseconds(1)));
    }
}
