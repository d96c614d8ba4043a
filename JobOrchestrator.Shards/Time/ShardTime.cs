namespace JobOrchestrator.Shards;

/// <summary>
/// One shard's time while it is held here: the replica's clock, but never before what the holders before it went by. A lead that was
/// taken over shrinks by <see cref="ShardBounds.ClockSlew"/> of the time that passes.
/// </summary>
internal sealed class ShardTime
{
    private readonly Lock _lock = new();
    private readonly ShardClock _clock;
    private readonly double _slew;
    private DateTimeOffset _readAt;
    private TimeSpan _lead;
    private volatile bool _isAhead; // while there is a lead

    /// <param name="clock">The replica's clock.</param>
    /// <param name="last">The last time that is known to have been used in the shard; null: none.</param>
    /// <param name="slew">By which part of the time a lead shrinks.</param>
    public ShardTime(ShardClock clock, DateTimeOffset? last, double slew)
    {
        _clock = clock;
        _slew = slew;
        _readAt = clock.Now;
        _lead = last > _readAt ? last.Value - _readAt : TimeSpan.Zero;
        _isAhead = _lead > TimeSpan.Zero;
    }

    /// <summary>It is ahead of the replica's clock, as it is seldom, and never again once it is not.</summary>
    public bool IsAhead => _isAhead;

    /// <summary>The time; it never goes back.</summary>
    public DateTimeOffset Now
    {
        get
        {
            if (!_isAhead)
            {
                return _clock.Now;
            }

            lock (_lock)
            {
                DateTimeOffset now = _clock.Now;
                TimeSpan less = (now - _readAt) * _slew;
                _lead = less < _lead ? _lead - less : TimeSpan.Zero;
                _isAhead = _lead > TimeSpan.Zero;
                _readAt = now;
                return now + _lead;
            }
        }
    }

    /// <summary>How far it is ahead of the replica's clock.</summary>
    public TimeSpan Lead
    {
        get
        {
            lock (_lock)
            {
                return _lead;
            }
        }
    }

    /// <summary>
    /// The time by which something may be deleted for good, without the lead, which may be a former holder's error. While nothing may be,
    /// it is before all times.
    /// </summary>
    public DateTimeOffset ForDeleting => _clock.ForDeleting ?? DateTimeOffset.MinValue;
}
