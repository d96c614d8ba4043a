using JobOrchestrator.Core;

namespace JobOrchestrator.Shards;

/// <summary>
/// What running leases are owed, since no worker can report to a service that stands still or turns everyone away: a lease ages by the
/// time in which it could be extended. A stall that is longer than <see cref="ShardBounds.StallExcused"/> gives every lease its full time
/// again, once; shorter ones are added to the leases as long as they were, so that many of them together end none either.
/// </summary>
/// <param name="bounds">What is a stall.</param>
/// <param name="time">The monotonic clock, and the wall clock: while a machine sleeps the former may stand still.</param>
internal sealed class ServedTime(ShardBounds bounds, TimeProvider time)
{
    private (ClockReading Since, TimeSpan AtMost)? _sleep;
    private TimeSpan _owed;

    // The load took its time as well, and nobody could report meanwhile.
    private bool _isStalled = true;

    /// <summary>To be kept for when what begins now has ended.</summary>
    public ClockReading Begin() => ClockReading.Of(time);

    /// <summary>The loop sleeps now, no longer than it says.</summary>
    public void Sleep(TimeSpan atMost) => _sleep = (Begin(), atMost);

    /// <summary>The loop goes on.</summary>
    public void Wake()
    {
        if (_sleep is var (since, atMost))
        {
            Count(since, atMost, bounds.StallCounted);
            _sleep = null;
        }
    }

    /// <summary>The store has answered. While it is slow, reports wait in the mailbox; while it is away, they are turned away.</summary>
    /// <param name="since">When it was asked.</param>
    /// <param name="away">How long it was away meanwhile.</param>
    public void Asked(ClockReading since, TimeSpan away)
    {
        if (!Count(since, TimeSpan.Zero, bounds.StallExcused / 2))
        {
            _owed += away;
        }
    }

    /// <summary>Everyone was turned away from then until now.</summary>
    public void TurnedAway(ClockReading since) => Count(since, TimeSpan.Zero, TimeSpan.Zero);

    /// <summary>What running leases get before anything is decided; null: nothing. Asking settles it.</summary>
    public Command.Excuse? Settle()
    {
        Command.Excuse? excuse = _isStalled ? new Command.Excuse() : _owed > TimeSpan.Zero ? new Command.Excuse(_owed) : null;
        _isStalled = false;
        _owed = TimeSpan.Zero;
        return excuse;
    }

    private bool Count(ClockReading since, TimeSpan expected, TimeSpan atLeast)
    {
        TimeSpan stood = time.GetElapsedTime(since.Timestamp) - expected;
        TimeSpan stoodByWall = ClockReading.WallOf(time) - since.Wall - expected;
        if (stood > bounds.StallExcused || stoodByWall > bounds.StallExcused)
        {
            _isStalled = true;
            return true;
        }

        if (stood <= atLeast)
        {
            return false;
        }

        _owed += stood;
        return true;
    }
}
