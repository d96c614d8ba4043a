namespace JobOrchestrator.Shards;

/// <summary>
/// The series of some names: the first to come, and of further ones those that find one idle for an hour; all others together.
/// </summary>
/// <param name="namesMax">How many have one of their own.</param>
/// <param name="leaves">Told of each that is about to be forgotten.</param>
internal sealed class NamedSeries(int namesMax, Action<string, Series> leaves)
{
    /// <summary>The name of all that have none of their own.</summary>
    public const string Other = "";

    private static readonly TimeSpan Idle = TimeSpan.FromHours(1);
    private readonly Dictionary<string, Series> _series = new(StringComparer.Ordinal);

    /// <summary>All of them.</summary>
    public IReadOnlyDictionary<string, Series> All => _series;

    /// <summary>The series that a name's jobs are counted in.</summary>
    public Series Of(string name, DateTimeOffset now)
    {
        if (_series.TryGetValue(name, out Series? known))
        {
            return known;
        }

        int named = _series.Count - (_series.ContainsKey(Other) ? 1 : 0);
        string key = named < namesMax || MakeRoom(now) ? name : Other;
        return _series.TryGetValue(key, out known) ? known : _series[key] = new Series(now);
    }

    /// <summary>Forgets the name that is idle for longest; null: there is none, or but one.</summary>
    public Series? RemoveIdlest()
    {
        if (_series.Count < 2)
        {
            return null;
        }

        (string name, Series series) = _series.Where(one => one.Key != Other).MinBy(one => one.Value.LastAt);
        leaves(name, series);
        _series.Remove(name);
        return series;
    }

    private bool MakeRoom(DateTimeOffset now)
    {
        string? oldest = null;
        DateTimeOffset last = now - Idle;
        foreach ((string name, Series series) in _series)
        {
            if (name != Other && series.LastAt < last)
            {
                (oldest, last) = (name, series.LastAt);
            }
        }

        if (oldest is null)
        {
            return false;
        }

        leaves(oldest, _series[oldest]);
        return _series.Remove(oldest);
    }
}
