namespace JobOrchestrator.Shards;

/// <summary>
/// The one time within which a shard's commands are answered, by one timer for all that wait: those whose time has passed end in the order
/// in which they began. Nearly every command is answered long before, so that a timer for each would be made for nothing. Once it is
/// disposed nobody is left who could answer: those that still wait end then, and whoever comes later ends at once.
/// </summary>
internal sealed class AnswerLimit : IDisposable
{
    private static readonly TimeSpan Least = TimeSpan.FromMilliseconds(1);

    private readonly Lock _lock = new(); // guards what follows, and the envelopes' places in line
    private readonly TimeProvider _time;
    private readonly ITimer _timer;
    private Envelope? _first;
    private Envelope? _last;
    private bool _isSet; // the timer will look
    private bool _isOver;

    /// <param name="length">How long a command may wait.</param>
    /// <param name="time">The clock.</param>
    public AnswerLimit(TimeSpan length, TimeProvider time)
    {
        (Length, _time) = (length, time);
        _timer = time.CreateTimer(
            static limit => ((AnswerLimit)limit!).Look(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>How long a command may wait.</summary>
    public TimeSpan Length { get; }

    /// <summary>A command begins to wait; once for each.</summary>
    public void Begin(Envelope envelope)
    {
        lock (_lock)
        {
            if (!_isOver)
            {
                Enter(envelope);
                return;
            }
        }

        envelope.TimeHasPassed();
    }

    /// <summary>A command waits no longer; nothing where its time has passed.</summary>
    public void End(Envelope envelope)
    {
        lock (_lock)
        {
            if (envelope.Place.IsThere)
            {
                Remove(envelope);
            }
        }
    }

    public void Dispose()
    {
        var left = new List<Envelope>();
        lock (_lock)
        {
            _isOver = true;
            while (_first is { } first)
            {
                Remove(first);
                left.Add(first);
            }
        }

        _timer.Dispose();
        left.ForEach(static envelope => envelope.TimeHasPassed());
    }

    private void Enter(Envelope envelope)
    {
        envelope.Place = new Envelope.InLine { BeganAt = _time.GetTimestamp(), Before = _last, IsThere = true };
        if (_last is null)
        {
            _first = envelope;
        }
        else
        {
            _last.Place.After = envelope;
        }

        _last = envelope;
        if (!_isSet)
        {
            // It looks once for each time that it was set, whatever was answered meanwhile: to set it anew for each costs more.
            _isSet = true;
            _timer.Change(Length, Timeout.InfiniteTimeSpan);
        }
    }

    private void Look()
    {
        List<Envelope>? over = null;
        lock (_lock)
        {
            _isSet = false;
            while (_first is { } first)
            {
                TimeSpan left = Length - _time.GetElapsedTime(first.Place.BeganAt);
                if (left > TimeSpan.Zero)
                {
                    // A system's timers go by milliseconds, and what is left of one would be no time at all.
                    _isSet = true;
                    _timer.Change(left > Least ? left : Least, Timeout.InfiniteTimeSpan);
                    break;
                }

                Remove(first);
                (over ??= []).Add(first);
            }
        }

        foreach (Envelope envelope in over ?? [])
        {
            envelope.TimeHasPassed();
        }
    }

    private void Remove(Envelope envelope)
    {
        (Envelope? before, Envelope? after) = (envelope.Place.Before, envelope.Place.After);
        envelope.Place = default;
        if (before is null)
        {
            _first = after;
        }
        else
        {
            before.Place.After = after;
        }

        if (after is null)
        {
            _last = before;
        }
        else
        {
            after.Place.Before = before;
        }
    }
}
