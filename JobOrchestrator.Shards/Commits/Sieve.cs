using JobOrchestrator.Core;

namespace JobOrchestrator.Shards;

/// <summary>
/// What a batch did that the store refused, in groups that are tried again each by itself and between the batches of everybody else: a
/// group that is refused again is halved, until what the store does not take is alone.
/// </summary>
/// <param name="commandsMax">With more than so many commands in it, several of its groups go one after the other.</param>
/// <param name="time">The clock.</param>
internal sealed class Sieve(int commandsMax, TimeProvider time)
{
    // Between two batches of everybody's, where there are very many commands in it: a report waits no longer.
    private const int GroupsInARow = 3;

    private readonly LinkedList<List<Envelope>> _groups = [];
    private readonly List<(long Since, TimeSpan Pause, Envelope Envelope)> _later = [];
    private int _inARow;

    /// <summary>There are groups to be tried now.</summary>
    public bool HasWork => _groups.Count > 0 || Wait == TimeSpan.Zero;

    /// <summary>Until the first of those that were put off; null: there is none.</summary>
    public TimeSpan? Wait => _later.Count > 0 ? _later.Min(Left) : null;

    /// <summary>What time does is among what is suspected: nobody else's batch does more of it meanwhile.</summary>
    public bool HasTime => _groups.Any(group => group.Exists(envelope => envelope.Command is Command.Tick or Command.SettleJob));

    /// <summary>When the first of the reports in it came into line, a timestamp; null: there is none.</summary>
    public long? FirstReport => _groups.SelectMany(group => group)
        .Concat(_later.Select(one => one.Envelope))
        .Where(envelope => !envelope.IsOver && Mailbox.IsReport(envelope.Command))
        .Min(envelope => envelope.PostedAt);

    /// <summary>Whether the next batch is a group's; the one after that is for everybody again.</summary>
    public bool TakesTurn()
    {
        for (int i = 0; i < _later.Count; i++)
        {
            if (Left(_later[i]) == TimeSpan.Zero)
            {
                AddLast([_later[i].Envelope]);
                _later.RemoveAt(i--);
            }
        }

        int most = _groups.Sum(group => group.Count) > commandsMax ? GroupsInARow : 1;
        _inARow = _groups.Count > 0 && _inARow < most ? _inARow + 1 : 0;
        return _inARow > 0;
    }

    /// <summary>The next group.</summary>
    public List<Envelope> Take()
    {
        List<Envelope> group = _groups.First!.Value;
        _groups.RemoveFirst();
        return group;
    }

    /// <summary>One more group, to be tried next.</summary>
    public void AddFirst(List<Envelope> group) => _groups.AddFirst(group);

    /// <summary>One more group, to be tried when its turn comes.</summary>
    public void AddLast(List<Envelope> group) => _groups.AddLast(group);

    /// <summary>One command, to be tried after a pause, in which it is in nobody's way.</summary>
    public void AddLater(Envelope envelope, TimeSpan pause) => _later.Add((time.GetTimestamp(), pause, envelope));

    /// <summary>Splits a group of several in two: to be tried next where it was a group's turn.</summary>
    public void AddHalves(List<Envelope> group)
    {
        List<Envelope> first = group[..(group.Count / 2)];
        List<Envelope> second = group[(group.Count / 2)..];
        if (_inARow > 0)
        {
            AddFirst(second);
            AddFirst(first);
        }
        else
        {
            AddLast(first);
            AddLast(second);
        }
    }

    /// <summary>Everything goes, to be told what became of it.</summary>
    public IEnumerable<Envelope> Clear()
    {
        List<Envelope> all = [.. _groups.SelectMany(group => group), .. _later.Select(one => one.Envelope)];
        _groups.Clear();
        _later.Clear();
        return all;
    }

    private TimeSpan Left((long Since, TimeSpan Pause, Envelope Envelope) one) =>
        one.Pause - time.GetElapsedTime(one.Since) is var left && left > TimeSpan.Zero ? left : TimeSpan.Zero;
}
