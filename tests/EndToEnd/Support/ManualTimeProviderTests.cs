using TestSupport;

namespace EndToEnd.Support;

/// <summary>The clock that other tests rest on.</summary>
public sealed class ManualTimeProviderTests
{
    private readonly ManualTimeProvider _clock = new();
    private readonly List<string> _fired = [];

    [Fact]
    public void Advance_SeveralTimersDue_FireInDueOrderEachAtItsOwnTime()
    {
        DateTimeOffset start = _clock.GetUtcNow();
        using ITimer later = Timer("later", TimeSpan.FromSeconds(2));
        using ITimer sooner = Timer("sooner", TimeSpan.FromSeconds(1));
        using ITimer alsoLater = Timer("also later", TimeSpan.FromSeconds(2));
        using ITimer notYet = Timer("not yet", TimeSpan.FromSeconds(4));

        _clock.Advance(TimeSpan.FromSeconds(3));

        Assert.Equal(["sooner at 1", "later at 2", "also later at 2"], _fired);
        Assert.Equal(start.AddSeconds(3), _clock.GetUtcNow());
        Assert.Equal(start.AddSeconds(4), _clock.NextDueAt);
    }

    [Fact]
    public void Advance_PeriodicTimer_FiresOncePerPeriod()
    {
        using ITimer timer = Timer("tick", TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2));

        _clock.Advance(TimeSpan.FromSeconds(5));

        Assert.Equal(["tick at 1", "tick at 3", "tick at 5"], _fired);
    }

    [Fact]
    public void Advance_CallbackSetsAnotherTimer_ThatFiresInTheSameMove()
    {
        ITimer? second = null;
        using ITimer first = _clock.CreateTimer(
            _ => second = Timer("second", TimeSpan.FromSeconds(1)), null, TimeSpan.FromSeconds(1), Timeout.InfiniteTimeSpan);

        _clock.Advance(TimeSpan.FromSeconds(2));

        second?.Dispose();
        Assert.Equal(["second at 2"], _fired);
    }

    [Fact]
    public void Change_TimerAlreadySet_OldDueTimeIsForgotten()
    {
        using ITimer timer = Timer("timer", TimeSpan.FromSeconds(1));

        timer.Change(TimeSpan.FromSeconds(5), Timeout.InfiniteTimeSpan);
        _clock.Advance(TimeSpan.FromSeconds(4));

        Assert.Empty(_fired);
        Assert.Equal(1, _clock.ScheduledTimers);
    }

    [Fact]
    public void Dispose_TimerAlreadySet_NeverFires()
    {
        Timer("timer", TimeSpan.FromSeconds(1)).Dispose();

        _clock.Advance(TimeSpan.FromSeconds(2));

        Assert.Empty(_fired);
        Assert.Null(_clock.NextDueAt);
    }

    [Fact]
    public void SetUtcNow_Backward_TimestampsAndTimersKeepTheirDistance()
    {
        DateTimeOffset start = _clock.GetUtcNow();
        using ITimer timer = Timer("timer", TimeSpan.FromSeconds(10));

        _clock.SetUtcNow(start.AddHours(-1));
        _clock.Advance(TimeSpan.FromSeconds(9));

        Assert.Empty(_fired);
        Assert.Equal(start.AddHours(-1).AddSeconds(9), _clock.GetUtcNow());
        Assert.Equal(TimeSpan.FromSeconds(9), _clock.GetElapsedTime(0));
        Assert.Equal(start.AddHours(-1).AddSeconds(10), _clock.NextDueAt);
    }

    [Fact]
    public async Task TaskDelay_ClockReachesItsEnd_Completes()
    {
        var delay = Task.Delay(TimeSpan.FromSeconds(1), _clock);

        _clock.Advance(TimeSpan.FromMilliseconds(999));
        bool early = delay.IsCompleted;
        Assert.True(_clock.AdvanceToNextTimer());
        await delay.WaitAsync(TimeSpan.FromSeconds(10));

        Assert.False(early);
        Assert.False(_clock.AdvanceToNextTimer());
    }

    [Fact]
    public async Task TimersScheduledAsync_TimerSetOnAnotherThread_IsAwaited()
    {
        Task waiting = _clock.TimersScheduledAsync();
        bool before = waiting.IsCompleted;

        var delay = Task.Run(() => Task.Delay(TimeSpan.FromHours(1), _clock));
        await waiting;
        _clock.Advance(TimeSpan.FromHours(1));

        Assert.False(before);
        await delay.WaitAsync(TimeSpan.FromSeconds(10));
    }

    private ITimer Timer(string name, TimeSpan dueTime, TimeSpan? period = null) => _clock.CreateTimer(
        _ => _fired.Add($"{name} at {_clock.GetElapsedTime(0).TotalSeconds:0}"), null, dueTime, period ?? Timeout.InfiniteTimeSpan);
}
