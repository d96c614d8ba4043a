namespace JobOrchestrator.Shards.Tests;

/// <summary>A machine whose wall clock is wrong; its timers and timestamps are not.</summary>
internal sealed class WrongClock(TimeProvider right) : TimeProvider
{
    public TimeSpan Offset { get; set; }

    public override long TimestampFrequency => right.TimestampFrequency;

    public override DateTimeOffset GetUtcNow() => right.GetUtcNow() + Offset;

    public override long GetTimestamp() => right.GetTimestamp();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        right.CreateTimer(callback, state, dueTime, period);
}
