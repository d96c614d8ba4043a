using JobOrchestrator.Dashboard.Words;

namespace JobOrchestrator.Dashboard.Tests.Words;

public sealed class MomentsTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly TimeZoneInfo India = TimeZoneInfo.CreateCustomTimeZone("india", TimeSpan.FromMinutes(330), "india", "india");

    [Theory]
    [InlineData(-10, "10 s ago")]
    [InlineData(0, "0 s ago")]
    [InlineData(40, "in 40 s")]
    [InlineData(-86_399, "23 h 59 min ago")]
    [InlineData(-86_400, "28 Feb 12:00")]
    [InlineData(86_400, "2 Mar 12:00")]
    [InlineData(-31_536_000, "1 Mar 2025 12:00")]
    public void Instants_WithinADay_AreRelative(long seconds, string told) =>
        Assert.Equal(told, Moments.Near(Now.AddSeconds(seconds), Now, TimeZoneInfo.Utc));

    [Fact]
    public void Instants_ToCome_AreNeverCalledNearerThanTheyAre() =>
        Assert.Equal("in 2 s", Moments.Near(Now.AddMilliseconds(1_100), Now, TimeZoneInfo.Utc));

    [Fact]
    public void Instants_InAnotherZone_SayWhich()
    {
        Assert.Equal("2026-03-01 17:30:00.000 UTC+5:30", Moments.Whole(Now, India));
        Assert.Equal("UTC", Moments.Zone(TimeZoneInfo.Utc, Now));
        Assert.Equal("17:30:00.000", Moments.Clock(Now, India));
        Assert.Equal("2026-03-01T12:00:00.000Z", Moments.Iso(Now));
    }
}
