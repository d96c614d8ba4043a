namespace JobOrchestrator.Simulation;

/// <summary>What is done next: one of the things that are ready, or the next thing on the agenda.</summary>
internal sealed partial class World
{
    // How often a chain of steps changes its priority, where those decide: finds orders that uniform drawing hardly meets.
    private const double PriorityChanges = 1.0 / 500;

    private readonly Dice _schedule;
    private readonly Order _order;
    private readonly List<Ready> _ready = [];
    private long _readyNumber;

    private enum Order
    {
        FirstCome = 1,
        Uniform = 2,
        Priorities = 3,
    }

    /// <summary>Of the step that runs now; what it leads to inherits it.</summary>
    public ulong CurrentPriority { get; private set; }

    /// <summary>For what begins.</summary>
    public ulong NewPriority() => _schedule.Next();

    /// <summary>Something is ready.</summary>
    public void Add(Ready item) => _ready.Add(item with { Number = _readyNumber++ });

    /// <summary>Takes away all that is ready in a lane, in order.</summary>
    public List<Ready> Drop(Lane lane)
    {
        List<Ready> dropped = [.. _ready.Where(item => item.Lane == lane).OrderBy(item => item.Number)];
        _ready.RemoveAll(item => item.Lane == lane);
        return dropped;
    }

    /// <summary>One step; false: nothing will ever happen again.</summary>
    private bool Step()
    {
        while (true)
        {
            while (_agenda.TryTake(Ticks, out AgendaEntry? due))
            {
                Arrive(due);
            }

            if (Failure is not null)
            {
                return true;
            }

            if (_ready.Count > 0)
            {
                Run(TakeNext());
                return true;
            }

            if (_agenda.NextAt is not { } next)
            {
                return false;
            }

            Ticks = next;
        }
    }

    private void Arrive(AgendaEntry entry)
    {
        if (entry.Lane is { } lane)
        {
            lane.Take(new Ready(lane, _ => entry.Action(), null, entry.Kind, entry.Label, entry.Priority, 0));
            return;
        }

        CurrentPriority = entry.Priority;
        Trace.Add(Ticks, null, entry.Kind, entry.Label);
        entry.Action();
    }

    private void Run(in Ready item)
    {
        Ticks += item.Lane.StepCost.Ticks;
        CurrentPriority = item.Priority;
        if (_order == Order.Priorities && _schedule.Chance(PriorityChanges))
        {
            CurrentPriority = _schedule.Next();
        }

        Trace.Add(Ticks, item.Lane, item.Kind, item.Label);
        item.Lane.Run(item);
        Stepped?.Invoke(item.Lane);
        if (!item.Lane.Count(Ticks))
        {
            Fail("spin", $"{item.Lane.Name} spins: {Trace.TextOf(item.Label)}.");
        }
    }

    private Ready TakeNext()
    {
        int chosen = _order == Order.Uniform && _ready.Count > 1 ? _schedule.Below(_ready.Count) : 0;
        for (int i = 1; _order != Order.Uniform && i < _ready.Count; i++)
        {
            Ready best = _ready[chosen];
            Ready other = _ready[i];
            bool isBetter = _order == Order.FirstCome || other.Priority == best.Priority
                ? other.Number < best.Number
                : other.Priority > best.Priority;
            chosen = isBetter ? i : chosen;
        }

        Ready item = _ready[chosen];
        _ready[chosen] = _ready[^1];
        _ready.RemoveAt(_ready.Count - 1);
        return item;
    }
}
