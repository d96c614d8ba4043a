using TestSupport;

namespace JobOrchestrator.Shards.Tests;

public sealed class ShardLeaseTests
{
    private readonly ManualTimeProvider _clock = new();
    private readonly ShardLease _lease;

    public ShardLeaseTests() => _lease = new ShardLease(TimeSpan.FromSeconds(10), _clock);

    [Fact]
    public void Holds_NothingWrittenYet_False() => Assert.False(_lease.Holds);

    /// <summary>A thousandth is taken off, for clocks run apart.</summary>
    [Theory]
    [InlineData(9_989, true)]
    [InlineData(9_990, false)]
    [InlineData(10_000, false)]
    public void Holds_CountsFromWhenTheHeadWasSent(int milliseconds, bool holds)
    {
        var sentAt = ClockReading.Of(_clock);
        _clock.Advance(TimeSpan.FromSeconds(4));
        _lease.Renew(sentAt);

        _clock.Advance(TimeSpan.FromMilliseconds(milliseconds - 4_000));

        Assert.Equal(holds, _lease.Holds);
        Assert.Equal(holds, _lease.Left > TimeSpan.Zero);
    }

    [Fact]
    public void End_WhileItHolds_HoldsNoMore()
    {
        _lease.Renew(ClockReading.Of(_clock));

        _lease.End();

        Assert.False(_lease.Holds);
    }

    /// <summary>It holds all the while: commands and the next renewal go on.</summary>
    [Fact]
    public void IsSure_AWriteWasRefused_OnlyOnceTheHeadIsReadOrWritten()
    {
        int told = 0;
        using IDisposable waiting = _lease.OnRenewal(() => told++);
        _lease.Renew(ClockReading.Of(_clock));
        Assert.True(_lease.IsSure);

        _lease.Distrust();
        Assert.Equal((true, false, 1), (_lease.Holds, _lease.IsSure, told));
        _lease.Trust();
        Assert.Equal((true, true, 2), (_lease.Holds, _lease.IsSure, told));
        _lease.Trust();
        Assert.Equal(2, told);

        _lease.Distrust();
        _lease.Renew(ClockReading.Of(_clock));
        Assert.True(_lease.IsSure);

        _lease.Distrust();
        _clock.Advance(TimeSpan.FromSeconds(10));
        _lease.Trust();
        Assert.Equal((false, 3), (_lease.IsSure, told));
    }

    /// <summary>Who waits until it holds is not told of a renewal that came too late.</summary>
    [Fact]
    public void Renew_WhileSomebodyWaits_TellsThemIfItHoldsNow()
    {
        int told = 0;
        IDisposable waiting = _lease.OnRenewal(() => told++);
        var sentAt = ClockReading.Of(_clock);
        _clock.Advance(TimeSpan.FromSeconds(11));

        _lease.Renew(sentAt);
        Assert.Equal(0, told);
        _lease.Renew(ClockReading.Of(_clock));
        Assert.Equal(1, told);
        waiting.Dispose();
        _lease.Renew(ClockReading.Of(_clock));
        Assert.Equal(1, told);
    }

    /// <summary>F6's kind: on Linux the monotonic clock stands while the machine sleeps, and others take the shard.</summary>
    [Fact]
    public void Holds_WallClockSaysThatMoreTimeHasPassed_NoMoreUntilRenewed()
    {
        var clock = new WrongClock(_clock);
        var lease = new ShardLease(TimeSpan.FromSeconds(10), clock);
        lease.Renew(ClockReading.Of(clock));

        clock.Offset = TimeSpan.FromSeconds(10);
        Assert.False(lease.Holds);

        lease.Renew(ClockReading.Of(clock));
        Assert.True(lease.Holds);

        clock.Offset -= TimeSpan.FromSeconds(0.9);
        _clock.Advance(TimeSpan.FromSeconds(9.98));
        Assert.True(lease.Holds);

        _clock.Advance(TimeSpan.FromSeconds(0.02));
        Assert.False(lease.Holds);
    }

    /// <summary>
    /// A wall clock that was hours ahead was set right while the machine slept: neither clock says for how long (seed 1004785).
    /// </summary>
    [Fact]
    public void Holds_WallClockWasSetBack_NoMoreUntilRenewed()
    {
        var clock = new WrongClock(_clock);
        var lease = new ShardLease(TimeSpan.FromSeconds(10), clock);
        lease.Renew(ClockReading.Of(clock));

        clock.Offset = TimeSpan.FromSeconds(-100);
        Assert.False(lease.Holds);
        Assert.True(lease.SinceRenewal > TimeSpan.FromDays(1));

        lease.Renew(ClockReading.Of(clock));
        Assert.True(lease.Holds);
    }
}
