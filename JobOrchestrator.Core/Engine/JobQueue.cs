using System.Runtime.InteropServices;

namespace JobOrchestrator.Core;

/// <summary>
/// A job's place in line: priority (higher first), then runAt, then arrival. Ticks and a reference rather than an instant and an id:
/// there is one of these for each waiting job.
/// </summary>
internal readonly record struct Place(int Priority, long RunAtTicks, long Order, Job Job)
{
    public static Place Of(Job job) => new(job.Priority, job.RunAt.UtcTicks, job.Order, job);

    /// <summary>The order in which a queue hands out.</summary>
    public static IComparer<Place> InLine { get; } = Comparer<Place>.Create(static (a, b) =>
    {
        int order = b.Priority.CompareTo(a.Priority);
        order = order != 0 ? order : a.RunAtTicks.CompareTo(b.RunAtTicks);
        return order != 0 ? order : a.Order.CompareTo(b.Order);
    });

    /// <summary>The order in which scheduled jobs become ready.</summary>
    public static IComparer<Place> ByTime { get; } = Comparer<Place>.Create(static (a, b) =>
    {
        int order = a.RunAtTicks.CompareTo(b.RunAtTicks);
        return order != 0 ? order : a.Order.CompareTo(b.Order);
    });
}

/// <summary>One queue: its counts and the jobs that may be handed out now, in line by type so that a lease by types needs no scan.</summary>
internal sealed class JobQueue(string name)
{
    private readonly Dictionary<string, int> _heldBy = [];

    public string Name { get; } = name;

    public bool Paused { get; set; }

    /// <summary>Jobs that wait, ready or scheduled.</summary>
    public int Waiting { get; set; }

    public int InProgress { get; private set; }

    public ReadyJobs Ready { get; } = new();

    /// <summary>How many jobs in progress a worker holds.</summary>
    public int HeldBy(string worker) => _heldBy.GetValueOrDefault(worker);

    /// <summary>A job is in progress with a worker.</summary>
    public void Hold(string worker)
    {
        InProgress++;
        CollectionsMarshal.GetValueRefOrAddDefault(_heldBy, worker, out _)++;
    }

    /// <summary>A job is in progress with this worker no more.</summary>
    public void Unhold(string worker)
    {
        InProgress--;
        ref int held = ref CollectionsMarshal.GetValueRefOrNullRef(_heldBy, worker);
        if (--held == 0)
        {
            // Workers name themselves as they like, so one that holds nothing may not stay for ever.
            _heldBy.Remove(worker);
        }
    }
}

/// <summary>
/// The jobs of one queue that are ready: one line per type, and the first of each line in a line of their own, so that a lease costs the
/// same however many types wait.
/// </summary>
internal sealed class ReadyJobs
{
    private readonly Dictionary<string, SortedSet<Place>> _byType = [];
    private readonly SortedSet<Place> _heads = new(Place.InLine);

    public int Count { get; private set; }

    /// <summary>Adds a job; true when it is the first of its type.</summary>
    public bool Add(Job job)
    {
        bool isFirst = !_byType.TryGetValue(job.Type, out SortedSet<Place>? line);
        if (isFirst)
        {
            _byType.Add(job.Type, line = new SortedSet<Place>(Place.InLine));
        }

        var place = Place.Of(job);
        if (isFirst || Place.InLine.Compare(place, line!.Min) < 0)
        {
            if (!isFirst)
            {
                _heads.Remove(line!.Min);
            }

            _heads.Add(place);
        }

        line!.Add(place);
        Count++;
        return isFirst;
    }

    /// <summary>Removes a job if it is there; true when it was the last of its type.</summary>
    public bool Remove(Job job)
    {
        var place = Place.Of(job);
        if (!_byType.TryGetValue(job.Type, out SortedSet<Place>? line) || !line.Remove(place))
        {
            return false;
        }

        Count--;
        if (_heads.Remove(place) && line.Count > 0)
        {
            _heads.Add(line.Min);
        }

        return line.Count == 0 && _byType.Remove(job.Type);
    }

    /// <summary>The first in line among these types (null: all), or null.</summary>
    public Place? First(IReadOnlySet<string>? types)
    {
        if (types is null)
        {
            return _heads.Count > 0 ? _heads.Min : null;
        }

        Place? first = null;
        foreach (string type in types.Count < _byType.Count ? types : (IEnumerable<string>)_byType.Keys)
        {
            if (types.Contains(type) && _byType.TryGetValue(type, out SortedSet<Place>? line)
                && (first is null || Place.InLine.Compare(line.Min, first.Value) < 0))
            {
                first = line.Min;
            }
        }

        return first;
    }
}
