namespace JobOrchestrator.Sdk.Tests.Events;

public sealed class BrokerWatchTests
{
    private static readonly DateTimeOffset Start = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly BrokerWatch _broker = new(TimeSpan.FromSeconds(3));

    /// <summary>F34. Read at 0 s and at 120 s; the feed brings an event that happened at some second.</summary>
    [Theory]
    [InlineData(60, true)]
    [InlineData(116, true)]
    [InlineData(118, false)]
    [InlineData(-2, true)]
    [InlineData(-10, false)]
    public void Silent_TheFeedWasFirst_IfTheBrokerHadTheTime(int second, bool isSilent)
    {
        Read(0, delivered: 0);

        Read(120, delivered: 0, second);

        Assert.Equal(isSilent, _broker.IsSilent);
    }

    [Fact]
    public void Silent_WhatHappenedBeforeTheStart_DoesNotCount()
    {
        Read(0, delivered: 0, -60);

        Assert.False(_broker.IsSilent);
    }

    [Fact]
    public void Silent_AfterTheProcessStoodStill_DoesNotCount()
    {
        Read(0, delivered: 0);
        _broker.Excuse();

        Read(120, delivered: 0, 60);

        Assert.False(_broker.IsSilent);
    }

    [Fact]
    public void Silent_UntilTheBrokerBringsAnything()
    {
        Read(0, delivered: 5);
        Read(120, delivered: 5, 60);

        Read(121, delivered: 5);
        Assert.True(_broker.IsSilent);

        Read(122, delivered: 6);
        Assert.False(_broker.IsSilent);
    }

    private void Read(int at, long delivered, params int[] brought)
    {
        _broker.Begin(Start.AddSeconds(at));
        foreach (int second in brought)
        {
            _broker.Brought(Start.AddSeconds(second));
        }

        _broker.End(delivered);
    }
}
