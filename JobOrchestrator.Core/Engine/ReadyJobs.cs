namespace JobOrchestrator.Core;

/// <summary>
/// The jobs of one queue that are ready: one line per type, and the first of each line in a line of their own, so that a lease costs the
/// same however many types wait.
/// </summary>
internal sealed class ReadyJobs
{
    private readonly Dictionary<string, SortedSet<Place>> _byType = [];
    private readonly SortedSet<Place> _heads = new(Place.InLine);

    public int Count { get; private set; }

    /// <summary>The types that are ready.</summary>
    public IEnumerable<string> Types => _byType.Keys;

    /// <summary>Adds a job.</summary>
    public void Add(Job job)
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
    }

    /// <summary>Removes a job if it is there.</summary>
    public void Remove(Job job)
    {
        var place = Place.Of(job);
        if (!_byType.TryGetValue(job.Type, out SortedSet<Place>? line) || !line.Remove(place))
        {
            return;
        }

        Count--;
        if (_heads.Remove(place) && line.Count > 0)
        {
            _heads.Add(line.Min);
        }

        if (line.Count == 0)
        {
            _byType.Remove(job.Type);
        }
    }

    /// <summary>The first in line, or null.</summary>
    public Place? First() => _heads.Count > 0 ? _heads.Min : null;

    /// <summary>The first in line of a type, or null.</summary>
    public Place? First(string type) => _byType.TryGetValue(type, out SortedSet<Place>? line) ? line.Min : null;

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
            if (types.Contains(type) && _byType.TryGetValue(type, out SortedSet<Place>? line)
                && (first is null || Place.InLine.Compare(line.Min, first.Value) < 0))
            {
                first = line.Min;
            }
        }

        return first;
    }
}
