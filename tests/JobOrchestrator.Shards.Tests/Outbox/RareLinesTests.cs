using TestSupport;

namespace JobOrchestrator.Shards.Tests;

public sealed class RareLinesTests
{
    private readonly ManualTimeProvider _time = new();

    /// <summary>An Error line for each event of a topic that the broker refuses filled the log.</summary>
    [Fact]
    public void Next_ManyOfOneSubject_AreNewsOnceAMinuteWithTheirCount()
    {
        var lines = new RareLines(_time);

        Assert.Equal((true, 0), lines.Next("a"));
        Assert.Equal((false, 0), lines.Next("a"));
        Assert.Equal((true, 0), lines.Next("b"));
        _time.Advance(TimeSpan.FromSeconds(59));
        Assert.Equal((false, 0), lines.Next("a"));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal((true, 2), lines.Next("a"));
        Assert.Equal((false, 0), lines.Next("a"));
    }
}
