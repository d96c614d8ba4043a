using JobOrchestrator.Core;

namespace JobOrchestrator.Shards;

/// <summary>
/// What a batch did that the store refused, in groups that are tried again each by itself and between the batches of everybody else: a
/// group that is refused again is halved, until what the store does not take is alone.
/// </summary>
/// <param name="commandsMax">With more than so many commands in it, its groups go one after the other.</param>
internal sealed class Sieve(int commandsMax)
{
    private readonly LinkedList<List<Envelope>> _groups = [];
    private bool _hadTurn;

    /// <summary>There are groups to be tried.</summary>
    public bool HasWork => _groups.Count > 0;

    /// <summary>What time does is among what is suspected: nobody else's batch does more of it meanwhile.</summary>
    public bool HasTime => _groups.Any(group => group.Exists(envelope => envelope.Command is Command.Tick or Command.SettleJob));

    /// <summary>Whether the next batch is a group's; the one after that is for everybody again.</summary>
    public bool TakesTurn()
    {
        _hadTurn = HasWork && (!_hadTurn || _groups.Sum(group => group.Count) > commandsMax);
        return _hadTurn;
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

    /// <summary>Splits a group of several in two: to be tried next where it was a group's turn.</summary>
    public void AddHalves(List<Envelope> group)
    {
        List<Envelope> first = group[..(group.Count / 2)];
        List<Envelope> second = group[(group.Count / 2)..];
        if (_hadTurn)
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
        List<Envelope> all = [.. _groups.SelectMany(group => group)];
        _groups.Clear();
        return all;
    }
}
