using JobOrchestrator.Sdk.Testing;

namespace JobOrchestrator.Sdk.Tests.Testing;

public sealed class ManualClockTests
{
    [Fact]
    public async Task Delay_ClockMoved_EndsExactlyWhenDue()
    {
        var clock = new ManualClock();
        var delay = Task.Delay(TimeSpan.FromSeconds(10), clock);

        clock.Advance(TimeSpan.FromSeconds(9.999));
        Assert.False(delay.IsCompleted);
        clock.Advance(TimeSpan.FromMilliseconds(1));

        await delay.WaitAsync(TimeSpan.FromSeconds(10));
        Assert.Equal(new DateTimeOffset(2030, 1, 1, 0, 0, 10, TimeSpan.Zero), clock.GetUtcNow());
    }

    [Fact]
    public void Timers_MovedPast_FireInTheOrderInWhichTheyAreDueAtTheirOwnTime()
    {
        var clock = new ManualClock();
        List<(string, double)> fired = [];
        using ITimer late = clock.CreateTimer(_ => Fired("late"), null, TimeSpan.FromSeconds(5), Timeout.InfiniteTimeSpan);
        using ITimer often = clock.CreateTimer(_ => Fired("often"), null, TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(2));
        using ITimer never = clock.CreateTimer(_ => Fired("never"), null, TimeSpan.FromSeconds(1), Timeout.InfiniteTimeSpan);
        never.Dispose();

        clock.Advance(TimeSpan.FromSeconds(6));

        Assert.Equal([("often", 2), ("often", 4), ("late", 5), ("often", 6)], fired);

        void Fired(string name) => fired.Add((name, TimeSpan.FromTicks(clock.GetTimestamp()).TotalSeconds));
    }

    [Fact]
    public async Task TimerSet_NothingWaits_WaitsForIt()
    {
        var clock = new ManualClock();

        Task set = clock.TimerSetAsync();
        Assert.False(set.IsCompleted);
        using var source = new CancellationTokenSource(TimeSpan.FromSeconds(1), clock);

        await set;
        clock.Advance(TimeSpan.FromSeconds(1));
        Assert.True(source.IsCancellationRequested);
    }
}
