namespace JobOrchestrator.Shards;

/// <summary>
/// The time that a replica's shards go by: the wall clock when it began, and from then on what has passed by the monotonic clock. It never
/// goes back, and no leap of the wall clock moves it. A steady wall clock draws it near by <see cref="ShardBounds.ClockSlew"/> of the time
/// that passes; one that has leapt does so once it has been steady for <see cref="ShardBounds.ClockSettles"/>, or is right again.
/// </summary>
internal sealed partial class ShardClock
{
    // A process that is stopped between the two readings would see a leap where there is none.
    private static readonly TimeSpan TogetherWithin = TimeSpan.FromMilliseconds(20);
    private const int ReadingsMax = 3;

    private readonly Lock _lock = new();
    private readonly TimeProvider _time;
    private readonly ShardBounds _bounds;
    private readonly ILogger _logger;
    private long _readAt; // a timestamp
    private DateTimeOffset _wall;
    private DateTimeOffset _now;
    private long? _leaptAt; // a timestamp; null: the wall clock is steady

    /// <param name="time">Both clocks.</param>
    /// <param name="bounds">What counts as a leap, and how it settles.</param>
    /// <param name="logger">Told of each leap once.</param>
    public ShardClock(TimeProvider time, ShardBounds bounds, ILogger logger)
    {
        (_time, _bounds, _logger) = (time, bounds, logger);
        (_readAt, _wall) = ReadBoth();
        _now = _wall;
    }

    /// <summary>The time.</summary>
    public DateTimeOffset Now => Read().Now;

    /// <summary>
    /// The time by which something may be deleted for good; null while the wall clock says another one: which of the two is right, nobody
    /// here can tell. It ends when the wall clock is set right, when this clock has drawn near, or with the process.
    /// </summary>
    public DateTimeOffset? ForDeleting => Read() is var read && IsApart(read) ? null : read.Now;

    /// <summary>What a person should know of the clocks; null: they agree.</summary>
    public string? Warning => Read() is var read && IsApart(read)
        ? string.Create(
            null,
            $"The wall clock says {read.Wall:u}, and by what has passed since the start it is {read.Now:u}. Jobs go by the latter, and "
                + $"nothing is deleted while both differ. It draws near slowly once the wall clock has been steady for a while; if the "
                + $"wall clock is right, a restart makes up for it at once.")
        : null;

    private bool IsApart((DateTimeOffset Now, DateTimeOffset Wall) read) => (read.Wall - read.Now).Duration() > _bounds.ClockLeap;

    private (DateTimeOffset Now, DateTimeOffset Wall) Read()
    {
        lock (_lock)
        {
            (long timestamp, DateTimeOffset wall) = ReadBoth();
            TimeSpan passed = _time.GetElapsedTime(_readAt, timestamp);
            DateTimeOffset expected = _wall + passed;
            _now += passed;
            if ((wall - expected).Duration() > _bounds.ClockLeap)
            {
                _leaptAt = timestamp;
                LogLeap(_logger, expected, wall);
            }

            if (IsSteady(wall, timestamp))
            {
                _leaptAt = null;
                TimeSpan most = passed * _bounds.ClockSlew;
                TimeSpan apart = wall - _now;
                _now += apart > most ? most : apart < -most ? -most : apart;
            }

            (_readAt, _wall) = (timestamp, wall);
            return (_now, wall);
        }
    }

    private bool IsSteady(DateTimeOffset wall, long timestamp) => _leaptAt is not { } leaptAt
        || (wall - _now).Duration() <= _bounds.ClockLeap
        || _time.GetElapsedTime(leaptAt, timestamp) >= _bounds.ClockSettles;

    private (long Timestamp, DateTimeOffset Wall) ReadBoth()
    {
        long before = _time.GetTimestamp();
        DateTimeOffset wall = ClockReading.WallOf(_time);
        for (int i = 1; i < ReadingsMax && _time.GetElapsedTime(before) > TogetherWithin; i++)
        {
            before = _time.GetTimestamp();
            wall = ClockReading.WallOf(_time);
        }

        return (before, wall);
    }

    [LoggerMessage(
        60, LogLevel.Error,
        "The wall clock has leapt: by what has passed it should be {Expected:O}, and it says {Wall:O}. Jobs go on by what has passed.")]
    private static partial void LogLeap(ILogger logger, DateTimeOffset expected, DateTimeOffset wall);
}
