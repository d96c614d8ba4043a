namespace JobOrchestrator.Sdk;

/// <summary>Which events of one job were handled: few ranges, because most jobs are heard of without gaps.</summary>
internal sealed class HandledSequences
{
    // A job with more gaps than this forgets its oldest part, which may then be handled again. Bounds what one job can cost.
    private const int RangesMax = 64;

    private readonly List<(long From, long To)> _ranges = [];
    private bool _hasFirst;

    public long Newest => _ranges.Count == 0 ? 0 : _ranges[^1].To;

    /// <summary>
    /// Whether an event up to the newest is missing, counting from 1: the first is a job's creation, and what comes between that and its
    /// end are updates. Or so many are missing by choice that the feed had better fill the gaps before they are forgotten.
    /// </summary>
    /// <param name="leftOut">What is not missed.</param>
    public bool HasGap(EventsLeftOut leftOut = default) => _ranges.Count > 0
        && ((!leftOut.First && !_hasFirst) || (!leftOut.Updates && (_ranges.Count > 1 || _ranges[0].From > 2))
            || _ranges.Count > RangesMax / 2);

    public IReadOnlyList<(long From, long To)> Ranges => _ranges;

    public bool Contains(long sequence)
    {
        for (int i = _ranges.Count - 1; i >= 0; i--)
        {
            if (sequence >= _ranges[i].From)
            {
                return sequence <= _ranges[i].To;
            }
        }

        return sequence == 1 && _hasFirst;
    }

    /// <summary>Remembers one.</summary>
    /// <param name="sequence">Which.</param>
    /// <param name="leftOut">What need not come: where updates need not, the oldest gap goes in place of what is in front of it.</param>
    public void Add(long sequence, EventsLeftOut leftOut = default)
    {
        _hasFirst |= sequence == 1;
        int at = _ranges.Count;
        while (at > 0 && _ranges[at - 1].From > sequence)
        {
            at--;
        }

        if (at > 0 && sequence <= _ranges[at - 1].To)
        {
            return;
        }

        bool joinsLeft = at > 0 && _ranges[at - 1].To == sequence - 1;
        bool joinsRight = at < _ranges.Count && _ranges[at].From == sequence + 1;
        switch (joinsLeft, joinsRight)
        {
            case (true, true):
                _ranges[at - 1] = (_ranges[at - 1].From, _ranges[at].To);
                _ranges.RemoveAt(at);
                break;
            case (true, false):
                _ranges[at - 1] = (_ranges[at - 1].From, sequence);
                break;
            case (false, true):
                _ranges[at] = (sequence, _ranges[at].To);
                break;
            case (false, false):
                _ranges.Insert(at, (sequence, sequence));
                break;
        }

        if (_ranges.Count > RangesMax)
        {
            if (leftOut.Updates)
            {
                _ranges[1] = (_ranges[0].From, _ranges[1].To);
            }

            _ranges.RemoveAt(0);
        }
    }
}

/// <summary>Which events of a job the broker need not bring, or nobody here wants.</summary>
/// <param name="First">Its creation.</param>
/// <param name="Updates">What comes between that and its end.</param>
internal readonly record struct EventsLeftOut(bool First, bool Updates);
