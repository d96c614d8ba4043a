namespace JobOrchestrator.Core;

/// <summary>A job's place in line: priority (higher first), then runAt, then arrival.</summary>
internal readonly record struct Place(int Priority, DateTimeOffset RunAt, long Order, JobId Job)
{
    public static Place Of(Job job) => new(job.Priority, job.RunAt, job.Order, job.Id);

    /// <summary>The order in which a queue hands out.</summary>
    public static IComparer<Place> InLine { get; } = Comparer<Place>.Create(static (a, b) =>
    {
        int order = b.Priority.CompareTo(a.Priority);
        order = order != 0 ? order : a.RunAt.CompareTo(b.RunAt);
        return order != 0 ? order : a.Order.CompareTo(b.Order);
    });

    /// <summary>The order in which scheduled jobs become ready.</summary>
    public static IComparer<Place> ByTime { get; } = Comparer<Place>.Create(static (a, b) =>
    {
        int order = a.RunAt.CompareTo(b.RunAt);
        return order != 0 ? order : a.Order.CompareTo(b.Order);
    });
}

/// <summary>One queue: its counts and the jobs that may be handed out now, in line by type so that a lease by types needs no scan.</summary>
internal sealed class JobQueue(string name)
{
    public string Name { get; } = name;

    public bool Paused { get; set; }

    /// <summary>Jobs that wait, ready or scheduled.</summary>
    public int Waiting { get; set; }

    public int InProgress { get; set; }

    public ReadyJobs Ready { get; } = new();
}

/// <summary>The jobs of one queue that are ready, one line per type.</summary>
internal sealed class ReadyJobs
{
    private readonly Dictionary<string, SortedSet<Place>> _byType = [];

    public int Count { get; private set; }

    /// <summary>Adds a job; true when it is the first of its type.</summary>
    public bool Add(Job job)
    {
        bool isFirst = !_byType.TryGetValue(job.Type, out SortedSet<Place>? line);
        if (isFirst)
        {
            _byType.Add(job.Type, line = new SortedSet<Place>(Place.InLine));
        }

        line!.Add(Place.Of(job));
        Count++;
        return isFirst;
    }

    /// <summary>Removes a job if it is there; true when it was the last of its type.</summary>
    public bool Remove(Job job)
    {
        if (!_byType.TryGetValue(job.Type, out SortedSet<Place>? line) || !line.Remove(Place.Of(job)))
        {
            return false;
        }

        Count--;
        return line.Count == 0 && _byType.Remove(job.Type);
    }

    /// <summary>The first in line among these types (null: all), or null.</summary>
    public Place? First(IReadOnlySet<string>? types)
    {
        Place? first = null;
        foreach ((string type, SortedSet<Place> line) in _byType)
        {
            if (types?.Contains(type) != false && (first is null || Place.InLine.Compare(line.Min, first.Value) < 0))
            {
                first = line.Min;
            }
        }

        return first;
    }
}
