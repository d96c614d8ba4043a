namespace JobOrchestrator.Core;

/// <summary>
/// The jobs of one queue that are ready: one line per type, and the first of each line in a line of their own, so that a lease costs the
/// same however many types wait.
/// </summary>
internal sealed class ReadyJobs
{
    private readonly Dictionary<string, RankedSet<Place>> _byType = [];
    private readonly SortedSet<Place> _heads = new(Place.InLine);

    // The first of each type and priority: among equals of these the first is the one that is due longest.
    private readonly SortedSet<Place> _oldest = new(Place.ByTime);

    public int Count { get; private set; }

    /// <summary>The types that are ready.</summary>
    public IEnumerable<string> Types => _byType.Keys;

    /// <summary>Since when the one that is due longest is ready, or null. What was due before it came is so since it came.</summary>
    public DateTimeOffset? ReadySince => _oldest.Count == 0 ? null : SinceOf(_oldest.Min.Job);

    /// <summary>Adds a job.</summary>
    public void Add(Job job)
    {
        if (!_byType.TryGetValue(job.Type, out RankedSet<Place>? line))
        {
            _byType.Add(job.Type, line = new RankedSet<Place>(Place.InLine));
        }

        var place = Place.Of(job);
        (Place? head, Place? oldest) = (line.First, FirstOf(line, job.Priority));
        line.Add(place);
        Count++;
        if (head is null || Place.InLine.Compare(place, head.Value) < 0)
        {
            Move(_heads, head, place);
        }

        if (oldest is null || Place.InLine.Compare(place, oldest.Value) < 0)
        {
            Move(_oldest, oldest, place);
        }
    }

    /// <summary>Removes a job; false when it is not there.</summary>
    public bool Remove(Job job)
    {
        var place = Place.Of(job);
        if (!_byType.TryGetValue(job.Type, out RankedSet<Place>? line) || !line.Remove(place))
        {
            return false;
        }

        Count--;
        if (_heads.Remove(place))
        {
            Move(_heads, null, line.First);
        }

        if (_oldest.Remove(place))
        {
            Move(_oldest, null, FirstOf(line, job.Priority));
        }

        if (line.Count == 0)
        {
            _byType.Remove(job.Type);
        }

        return true;
    }

    /// <summary>The first in line, or null.</summary>
    public Place? First() => _heads.Count > 0 ? _heads.Min : null;

    /// <summary>The first in line of a type, or null.</summary>
    public Place? First(string type) => _byType.TryGetValue(type, out RankedSet<Place>? line) ? line.First : null;

    /// <summary>The first in line among these types (null: all), or null.</summary>
    public Place? First(IReadOnlySet<string>? types)
    {
        if (types is null)
        {
            return First();
        }

        Place? first = null;
        foreach (string type in types.Count < _byType.Count ? types : (IEnumerable<string>)_byType.Keys)
        {
            if (types.Contains(type) && First(type) is { } place && (first is null || Place.InLine.Compare(place, first.Value) < 0))
            {
                first = place;
            }
        }

        return first;
    }

    /// <summary>How many ready jobs come before a job, which need not be there, in the order in which they are handed out.</summary>
    /// <param name="job">The job.</param>
    /// <param name="types">Only those of these types count; null: all.</param>
    public Ahead AheadOf(Job job, IReadOnlySet<string>? types)
    {
        var place = Place.Of(job);
        var sameOrHigher = Place.FirstOf(job.Priority);
        int ahead = 0, ofType = 0, higher = 0;
        foreach ((string type, RankedSet<Place> line) in _byType)
        {
            if (types?.Contains(type) != false)
            {
                int before = line.CountBefore(place);
                ahead += before;
                higher += line.CountBefore(sameOrHigher);
                ofType = type == job.Type ? before : ofType;
            }
        }

        return new Ahead(ahead, ofType, higher);
    }

    /// <summary>How many of each type, and since when the one that is due longest is ready.</summary>
    public IEnumerable<(string Type, int Jobs, DateTimeOffset Since)> ByType()
    {
        var oldest = new Dictionary<string, DateTimeOffset>();
        foreach (Place first in _oldest)
        {
            oldest.TryAdd(first.Job.Type, SinceOf(first.Job));
        }

        return _byType.Select(line => (line.Key, line.Value.Count, oldest[line.Key]));
    }

    private static DateTimeOffset SinceOf(Job job) => job.RunAt > job.CreatedAt ? job.RunAt : job.CreatedAt;

    /// <summary>The first of a priority in a type's line, or null.</summary>
    private static Place? FirstOf(RankedSet<Place> line, int priority) =>
        line.FirstFrom(Place.FirstOf(priority)) is { } first && first.Priority == priority ? first : null;

    private static void Move(SortedSet<Place> line, Place? before, Place? after)
    {
        if (before is { } old)
        {
            line.Remove(old);
        }

        if (after is { } first)
        {
            line.Add(first);
        }
    }
}
