using JobOrchestrator.Dashboard.Words;

namespace JobOrchestrator.Dashboard.Tests.Words;

public sealed class DurationsTests
{
    [Theory]
    [InlineData(-1, "0 s")]
    [InlineData(0, "0 s")]
    [InlineData(0.0004, "0 s")]
    [InlineData(0.0005, "0.5 ms")]
    [InlineData(0.00094, "0.9 ms")]
    [InlineData(0.00095, "1 ms")]
    [InlineData(0.047, "47 ms")]
    [InlineData(0.1, "0.1 s")]
    [InlineData(30, "30.0 s")]
    [InlineData(59.94, "59.9 s")]
    [InlineData(59.95, "59 s")]
    [InlineData(61, "1 min 1 s")]
    [InlineData(250, "4 min 10 s")]
    [InlineData(1e300, "5337599 d 13 h")]
    public void Lengths_OfEverySize_AreTold(double seconds, string told) => Assert.Equal(told, Durations.Of(seconds));

    [Theory]
    [InlineData(0, "0 s")]
    [InlineData(59, "59 s")]
    [InlineData(60, "1 min")]
    [InlineData(250, "4 min 10 s")]
    [InlineData(599, "9 min 59 s")]
    [InlineData(600, "10 min")]
    [InlineData(3_599, "59 min")]
    [InlineData(3_600, "1 h")]
    [InlineData(7_500, "2 h 5 min")]
    [InlineData(183_600, "2 d 3 h")]
    public void Ages_OfEverySize_HaveTwoUnitsAtMost(long seconds, string told) =>
        Assert.Equal(told, Durations.Age(TimeSpan.FromSeconds(seconds)));
}
