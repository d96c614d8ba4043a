using JobOrchestrator.Core;
using Microsoft.Extensions.Logging.Abstractions;
using TestSupport;

namespace JobOrchestrator.Shards.Tests;

/// <summary>However many look, what is known of a line is looked up once a second.</summary>
public sealed class LineFactsTests
{
    private readonly ManualTimeProvider _clock = new();
    private readonly Askers _askers;
    private readonly LineFacts _facts;

    public LineFactsTests()
    {
        var time = new ShardTime(
            new ShardClock(_clock, ShardBounds.Usual, NullLogger.Instance), null, ShardBounds.Usual.ClockSlew);
        _askers = new Askers(time);
        _facts = new LineFacts(_askers, new StartPace(), new RunTimes(), time, kindsMax: 2);
    }

    [Fact]
    public void Of_TheSameKindWithinASecond_IsTheSame()
    {
        LineFact before = _facts.Of("mail", "send", 0);
        _askers.Ask(new Command.Lease(["mail"], "w", 1, null, "token")).Dispose();

        Assert.Same(before, _facts.Of("mail", "send", 0));
        Assert.Single(_facts.Of("mail", "send", 1).Workers);
        Assert.Single(_facts.Look("mail", "send", 0).Workers);
        _clock.Advance(LineFacts.KeptFor);
        Assert.Equal("w", Assert.Single(_facts.Of("mail", "send", 0).Workers).Worker);
    }

    [Fact]
    public void Of_MoreKindsThanAreKept_IsLookedUpAgain()
    {
        LineFact before = _facts.Of("mail", "send", 0);
        _facts.Of("mail", "send", 1);

        _facts.Of("mail", "send", 2);

        Assert.NotSame(before, _facts.Of("mail", "send", 0));
        Assert.Same(_facts.Of("mail", "send", 2), _facts.Of("mail", "send", 2));
    }
}
