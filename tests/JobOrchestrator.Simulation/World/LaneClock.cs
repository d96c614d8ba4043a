namespace JobOrchestrator.Simulation;

/// <summary>
/// The clock of one process: world time by a rate of its own, standing while the machine is suspended, and a wall clock that may be
/// wrong. Timers are late by up to 15 ms, never early.
/// </summary>
internal sealed class LaneClock : TimeProvider
{
    private const long RatePartsMax = 200;
    private const long Million = 1_000_000;
    private static readonly TimeSpan LateMax = TimeSpan.FromMilliseconds(15);

    private readonly Lane _lane;
    private readonly World _world;
    private readonly Dice _dice;
    private readonly long _parts; // how much faster than the world, in millionths
    private readonly long _timestampAtStart; // timestamps of two processes have nothing to do with each other
    private readonly long _startedAt;
    private readonly List<LaneTimer> _waiting = []; // came due while the clock stood
    private long _stood;
    private long? _standsSince;
    private long _setAt = long.MinValue / 2;

    public LaneClock(Lane lane)
    {
        _lane = lane;
        _world = lane.World;
        _dice = _world.Dice($"lane/{lane.Name}/clock");
        _parts = _dice.Between(-RatePartsMax, RatePartsMax);
        _timestampAtStart = _dice.Between(0, TimeSpan.FromDays(100).Ticks);
        _startedAt = _world.Ticks;
    }

    /// <summary>How long it has stood, all in all.</summary>
    public TimeSpan Stood => new(_stood);

    /// <summary>How wrong the wall clock is, besides its rate.</summary>
    public TimeSpan Offset
    {
        get;
        set
        {
            field = value;
            _setAt = _world.Ticks;
        }
    }

    /// <summary>Whether the wall clock is this much wrong, or has been set so lately.</summary>
    /// <param name="least">From how much on.</param>
    /// <param name="lately">How long ago that may be.</param>
    public bool HasLeapt(TimeSpan least, TimeSpan lately) => Offset.Duration() > least || _world.Ticks - _setAt < lately.Ticks;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    public override long GetTimestamp()
    {
        _world.Escapes.Check("The clock");
        return _timestampAtStart + Elapsed;
    }

    public override DateTimeOffset GetUtcNow()
    {
        _world.Escapes.Check("The clock");
        return World.Start.AddTicks(_startedAt + Elapsed) + Offset;
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        _world.Escapes.Check("The clock");
        var timer = new LaneTimer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>The machine is suspended.</summary>
    internal void Stand() => _standsSince ??= _world.Ticks;

    /// <summary>The machine goes on; timers have lost the time meanwhile.</summary>
    internal void GoOn()
    {
        if (_standsSince is not { } since)
        {
            return;
        }

        long slept = _world.Ticks - since;
        _stood += slept;

        // The machine asks another one for the time.
        Offset += new TimeSpan(slept);
        _standsSince = null;
        LaneTimer[] waiting = [.. _waiting];
        _waiting.Clear();
        foreach (LaneTimer timer in waiting)
        {
            timer.Resume();
        }
    }

    /// <summary>Time of this clock since it began.</summary>
    private long Elapsed
    {
        get
        {
            long real = (_standsSince ?? _world.Ticks) - _startedAt - _stood;
            return real + real * _parts / Million;
        }
    }

    /// <summary>How long the world takes until this clock has gone on for so long.</summary>
    private static long WorldTime(long laneTime, long parts) =>
        (long)(((Int128)laneTime * Million + Million + parts - 1) / (Million + parts));

    private sealed class LaneTimer(LaneClock clock, TimerCallback callback, object? state) : ITimer
    {
        private AgendaEntry? _entry;
        private long _dueAt; // by the clock
        private TimeSpan _period;
        private bool _isDisposed;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            clock._world.Escapes.Check("A timer");
            if (_isDisposed)
            {
                return false;
            }

            Withdraw();
            _period = period;
            if (dueTime != Timeout.InfiniteTimeSpan)
            {
                _dueAt = clock.Elapsed + dueTime.Ticks;
                Schedule(clock._dice.Between(TimeSpan.Zero, LateMax));
            }

            return true;
        }

        public void Dispose()
        {
            Withdraw();
            _isDisposed = true;
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }

        /// <summary>The clock goes on.</summary>
        public void Resume() => Schedule(TimeSpan.Zero);

        private void Withdraw()
        {
            _entry?.Withdraw();
            _entry = null;
            clock._waiting.Remove(this);
        }

        private void Schedule(TimeSpan late)
        {
            long rest = WorldTime(Math.Max(0, _dueAt - clock.Elapsed), clock._parts);
            _entry = clock._world.In(new TimeSpan(rest) + late, null, StepKind.Timer, "due", ComeDue);
        }

        /// <summary>The time has come for the world: for the lane only if its clock did not stand meanwhile.</summary>
        private void ComeDue()
        {
            if (clock._standsSince is not null)
            {
                clock._waiting.Add(this);
            }
            else if (clock.Elapsed < _dueAt)
            {
                Resume();
            }
            else
            {
                _entry = null;
                clock._lane.Take(new Ready(clock._lane, _ => Fire(), null, StepKind.Timer, callback, clock._world.CurrentPriority, 0));
            }
        }

        private void Fire()
        {
            if (_isDisposed)
            {
                return;
            }

            if (_entry is null && _period != Timeout.InfiniteTimeSpan && _period != TimeSpan.Zero)
            {
                _dueAt += _period.Ticks;
                Schedule(clock._dice.Between(TimeSpan.Zero, LateMax));
            }

            callback(state);
        }
    }
}
