using Microsoft.Extensions.Logging.Abstractions;
using TestSupport;

namespace JobOrchestrator.Shards.Tests;

/// <summary>F11: the clock that shards go by.</summary>
public sealed class ShardClockTests
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private readonly ManualTimeProvider _right = new();
    private readonly WrongClock _machine;
    private readonly ShardClock _clock;

    public ShardClockTests()
    {
        _machine = new WrongClock(_right);
        _clock = new ShardClock(_machine, ShardBounds.Usual, NullLogger.Instance);
    }

    private TimeSpan Error => _clock.Now - _right.GetUtcNow();

    [Theory]
    [InlineData(60)]
    [InlineData(-60)]
    public void Now_WallClockLeaps_StaysForAnHourAndThenDrawsNearByTwoPerCent(int minutes)
    {
        _machine.Offset = TimeSpan.FromMinutes(minutes);
        Pass(TimeSpan.FromMinutes(59));
        Assert.Equal(TimeSpan.Zero, Error);
        Assert.Null(_clock.ForDeleting);
        Pass(Minute);

        Pass(TimeSpan.FromMinutes(100));

        Assert.Equal(2 * Math.Sign(minutes), Error.TotalMinutes, 0.1);
        Assert.Null(_clock.ForDeleting);
    }

    [Fact]
    public void Now_WallClockStaysWhereItLeapt_IsThereInTheEnd()
    {
        _machine.Offset = Minute;
        Pass(TimeSpan.FromHours(2));

        Assert.Equal(Minute, Error);
        Assert.NotNull(_clock.ForDeleting);
        Assert.Null(_clock.Warning);
    }

    [Fact]
    public void Now_WallClockDrifts_FollowsIt()
    {
        for (int i = 0; i < 3_600; i++)
        {
            _machine.Offset += TimeSpan.FromMilliseconds(0.2);
            Pass(TimeSpan.FromSeconds(1));
            Assert.Equal(_machine.GetUtcNow(), _clock.Now);
        }
    }

    [Fact]
    public void Now_WallClockGoesBackByLessThanALeap_NeverGoesBack()
    {
        DateTimeOffset before = _clock.Now;
        _machine.Offset = -TimeSpan.FromSeconds(0.9);
        for (int i = 0; i < 100; i++)
        {
            _right.Advance(TimeSpan.FromMilliseconds(10));
            Assert.True(_clock.Now > before);
            before = _clock.Now;
        }
    }

    [Fact]
    public void Time_FormerHolderWasAhead_GoesOnFromThereAndComesBackByTwoPerCent()
    {
        DateTimeOffset last = _right.GetUtcNow() + TimeSpan.FromHours(1);
        var time = new ShardTime(_clock, last, 0.02);
        Assert.Equal(last, time.Now);

        Pass(TimeSpan.FromMinutes(50));
        Assert.Equal(59, (time.Now - _right.GetUtcNow()).TotalMinutes, 0.01);
        Assert.Equal(_right.GetUtcNow(), time.ForDeleting);
        Pass(TimeSpan.FromHours(50));

        Assert.Equal(_right.GetUtcNow(), time.Now);
    }

    private void Pass(TimeSpan time)
    {
        for (TimeSpan passed = TimeSpan.Zero; passed < time; passed += TimeSpan.FromSeconds(1))
        {
            _right.Advance(TimeSpan.FromSeconds(1));
            _ = _clock.Now;
        }
    }
}
