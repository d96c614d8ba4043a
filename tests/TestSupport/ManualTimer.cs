namespace TestSupport;

/// <summary>A timer of <see cref="ManualTimeProvider"/>, whose lock guards the mutable state here.</summary>
internal sealed class ManualTimer(ManualTimeProvider clock, TimerCallback callback, object? state) : ITimer
{
    /// <summary>Tells the entry in the clock's queue that counts from those left behind by <see cref="Change"/>.</summary>
    internal long Version { get; set; }

    internal bool IsScheduled { get; set; }

    internal bool IsDisposed { get; set; }

    internal TimeSpan Period { get; set; }

    public bool Change(TimeSpan dueTime, TimeSpan period)
    {
        ThrowIfNotADelay(dueTime, nameof(dueTime));
        ThrowIfNotADelay(period, nameof(period));
        return clock.Schedule(this, dueTime, period);
    }

    public void Dispose() => clock.Remove(this);

    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }

    internal void Fire() => callback(state);

    private static void ThrowIfNotADelay(TimeSpan value, string name)
    {
        if (value < TimeSpan.Zero && value != Timeout.InfiniteTimeSpan)
        {
            throw new ArgumentOutOfRangeException(name, value, "Negative and not infinite.");
        }
    }
}
