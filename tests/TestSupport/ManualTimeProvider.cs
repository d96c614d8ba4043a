namespace TestSupport;

/// <summary>A clock that only the test moves.</summary>
/// <remarks>
/// Timers fire synchronously on the thread that moves the clock, in the order in which they are due (those
/// due at one instant in the order in which they were set), each seeing its own due time as "now". What a
/// callback schedules within the same move fires in that move. <c>Task.Delay(…, timeProvider)</c>,
/// <c>PeriodicTimer</c> and <c>CancellationTokenSource</c> with a time provider all work on it. Any thread
/// may read the clock and set timers.
/// </remarks>
public sealed class ManualTimeProvider : TimeProvider
{
    // Guards every field below and the state of the timers; no callback runs under it.
    private readonly Lock _lock = new();
    private readonly PriorityQueue<(ManualTimer Timer, long Version), (TimeSpan DueAt, long Order)> _due = new();
    private readonly DateTimeOffset _start;
    private TimeSpan _elapsed;
    private TimeSpan _wallClockOffset;
    private long _order;
    private int _scheduled;
    private TaskCompletionSource _scheduledMore = NewSignal();

    /// <summary>A clock that shows 2030-01-01 00:00:00 UTC.</summary>
    public ManualTimeProvider()
        : this(new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero))
    {
    }

    /// <summary>A clock that shows <paramref name="start"/>.</summary>
    public ManualTimeProvider(DateTimeOffset start) => _start = start.ToUniversalTime();

    /// <inheritdoc/>
    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <inheritdoc/>
    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    /// <summary>How many timers are waiting to fire.</summary>
    public int ScheduledTimers
    {
        get
        {
            lock (_lock)
            {
                return _scheduled;
            }
        }
    }

    /// <summary>When the next timer fires; null when none is set.</summary>
    public DateTimeOffset? NextDueAt
    {
        get
        {
            lock (_lock)
            {
                return TryPeekDue(out TimeSpan dueAt) ? _start + _wallClockOffset + dueAt : null;
            }
        }
    }

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow()
    {
        lock (_lock)
        {
            return _start + _wallClockOffset + _elapsed;
        }
    }

    /// <inheritdoc/>
    public override long GetTimestamp()
    {
        lock (_lock)
        {
            return _elapsed.Ticks;
        }
    }

    /// <summary>Moves the clock forward and fires what is due on the way.</summary>
    /// <param name="by">How far; zero fires what is due now.</param>
    public void Advance(TimeSpan by)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(by, TimeSpan.Zero);
        TimeSpan target;
        lock (_lock)
        {
            target = _elapsed + by;
        }

        while (TryTakeDue(target) is { } timer)
        {
            timer.Fire();
        }
    }

    /// <summary>Sets the wall clock.</summary>
    /// <remarks>
    /// Forward it is <see cref="Advance"/>. Backward only the wall clock changes, as when a machine's clock
    /// is corrected: timestamps never go back and timers keep their distance.
    /// </remarks>
    public void SetUtcNow(DateTimeOffset value)
    {
        TimeSpan by;
        lock (_lock)
        {
            by = value - (_start + _wallClockOffset + _elapsed);
            if (by < TimeSpan.Zero)
            {
                _wallClockOffset += by;
                return;
            }
        }

        Advance(by);
    }

    /// <summary>Sets the wall clock ahead alone: no timer fires, and timestamps stay, as when somebody sets a machine's clock.</summary>
    /// <param name="by">How far.</param>
    public void LeapUtcNow(TimeSpan by)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(by, TimeSpan.Zero);
        lock (_lock)
        {
            _wallClockOffset += by;
        }
    }

    /// <summary>Moves the clock to where the next timer fires, and fires it.</summary>
    /// <returns>False when no timer is set.</returns>
    public bool AdvanceToNextTimer()
    {
        TimeSpan by;
        lock (_lock)
        {
            if (!TryPeekDue(out TimeSpan dueAt))
            {
                return false;
            }

            by = dueAt > _elapsed ? dueAt - _elapsed : TimeSpan.Zero;
        }

        Advance(by);
        return true;
    }

    /// <summary>Waits, in real time, until at least so many timers are set: the code under test is waiting.</summary>
    /// <param name="count">The least number of timers.</param>
    /// <param name="within">How long to wait in real time; 30 s when null.</param>
    /// <exception cref="TimeoutException">There were fewer until the deadline.</exception>
    public async Task TimersScheduledAsync(int count = 1, TimeSpan? within = null)
    {
        using var deadline = new CancellationTokenSource(within ?? TimeSpan.FromSeconds(30));
        while (true)
        {
            Task more;
            lock (_lock)
            {
                if (_scheduled >= count)
                {
                    return;
                }

                more = _scheduledMore.Task;
            }

            try
            {
                await more.WaitAsync(deadline.Token);
            }
            catch (OperationCanceledException)
            {
                throw new TimeoutException($"Only {ScheduledTimers} of {count} timers were set in time.");
            }
        }
    }

    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        ArgumentNullException.ThrowIfNull(callback);
        var timer = new ManualTimer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    internal bool Schedule(ManualTimer timer, TimeSpan dueTime, TimeSpan period)
    {
        lock (_lock)
        {
            if (timer.IsDisposed)
            {
                return false;
            }

            Unschedule(timer);
            timer.Period = period;
            if (dueTime != Timeout.InfiniteTimeSpan)
            {
                Enqueue(timer, _elapsed + dueTime);
            }

            return true;
        }
    }

    internal void Remove(ManualTimer timer)
    {
        lock (_lock)
        {
            timer.IsDisposed = true;
            Unschedule(timer);
        }
    }

    private ManualTimer? TryTakeDue(TimeSpan target)
    {
        lock (_lock)
        {
            if (!TryPeekDue(out TimeSpan dueAt) || dueAt > target)
            {
                // A callback may have moved the clock further than this move.
                _elapsed = target > _elapsed ? target : _elapsed;
                return null;
            }

            ManualTimer timer = _due.Dequeue().Timer;
            timer.IsScheduled = false;
            _scheduled--;
            _elapsed = dueAt > _elapsed ? dueAt : _elapsed;
            if (timer.Period > TimeSpan.Zero)
            {
                Enqueue(timer, dueAt + timer.Period);
            }

            return timer;
        }
    }

    private bool TryPeekDue(out TimeSpan dueAt)
    {
        while (_due.TryPeek(out (ManualTimer Timer, long Version) entry, out (TimeSpan DueAt, long Order) priority))
        {
            if (entry.Timer.IsScheduled && entry.Timer.Version == entry.Version)
            {
                dueAt = priority.DueAt;
                return true;
            }

            // Left behind by Change or Dispose.
            _due.Dequeue();
        }

        dueAt = default;
        return false;
    }

    private void Enqueue(ManualTimer timer, TimeSpan dueAt)
    {
        timer.IsScheduled = true;
        timer.Version++;
        _due.Enqueue((timer, timer.Version), (dueAt, _order++));
        _scheduled++;
        _scheduledMore.TrySetResult();
        _scheduledMore = NewSignal();
    }

    private void Unschedule(ManualTimer timer)
    {
        if (timer.IsScheduled)
        {
            timer.IsScheduled = false;
            _scheduled--;
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
