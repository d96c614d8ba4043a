using System.Diagnostics.CodeAnalysis;

namespace JobOrchestrator.Simulation;

/// <summary>What will happen and when: by time, then by number.</summary>
internal sealed class Agenda
{
    private readonly PriorityQueue<AgendaEntry, (long At, long Number)> _entries = new();
    private long _number;

    /// <summary>Notes what will happen at a time.</summary>
    public void Add(long at, AgendaEntry entry) => _entries.Enqueue(entry, (at, _number++));

    /// <summary>When the next thing happens; null: never.</summary>
    public long? NextAt
    {
        get
        {
            while (_entries.TryPeek(out AgendaEntry? entry, out (long At, long Number) place))
            {
                if (entry.IsLive)
                {
                    return place.At;
                }

                _entries.Dequeue();
            }

            return null;
        }
    }

    /// <summary>Takes what is due; false: nothing is.</summary>
    public bool TryTake(long now, [NotNullWhen(true)] out AgendaEntry? entry)
    {
        if (NextAt is { } at && at <= now)
        {
            entry = _entries.Dequeue();
            return true;
        }

        entry = null;
        return false;
    }
}

/// <summary>One thing that will happen.</summary>
/// <param name="lane">Whose it is: it becomes a ready item there. Null: the world's own, which happens at once.</param>
/// <param name="kind">What kind of step it is.</param>
/// <param name="label">Names it in the story.</param>
/// <param name="action">What happens.</param>
/// <param name="priority">Of the steps that led here.</param>
internal sealed class AgendaEntry(Lane? lane, StepKind kind, string label, Action action, ulong priority)
{
    private bool _isWithdrawn;

    public Lane? Lane => lane;

    public StepKind Kind => kind;

    public string Label => label;

    public Action Action => action;

    public ulong Priority => priority;

    /// <summary>It will still happen: nobody has withdrawn it, and its process lives.</summary>
    public bool IsLive => !_isWithdrawn && lane is not { IsDead: true };

    /// <summary>It will not happen; too late once it has become a ready item.</summary>
    public void Withdraw() => _isWithdrawn = true;
}
