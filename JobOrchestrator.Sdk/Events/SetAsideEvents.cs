namespace JobOrchestrator.Sdk;

/// <summary>
/// Events that no handler will hear of: they cannot be read, or their handlers failed too often. Counted, and named in the health check
/// until the process ends, for a person has to look at them.
/// </summary>
internal sealed class SetAsideEvents
{
    private const int ShownMax = 5;
    private const int KnownMax = 1_000;

    // Guards all that follows.
    private readonly Lock _lock = new();
    private readonly Queue<string> _shown = [];
    private readonly HashSet<string> _known = [];
    private long _count;

    /// <summary>How many, and the newest of them; null when there are none.</summary>
    public string? Description
    {
        get
        {
            lock (_lock)
            {
                return _count == 0 ? null : $"Set aside since the start: {_count} of the events, {string.Join("; ", _shown)}";
            }
        }
    }

    /// <summary>Notes one; false when it was noted before, as when it comes by the other way too.</summary>
    /// <param name="name">The event's id, or what there is of one.</param>
    /// <param name="why">The word for it in metrics.</param>
    /// <param name="reason">Why, for people.</param>
    public bool Add(string name, string why, string reason)
    {
        lock (_lock)
        {
            if (_known.Contains(name))
            {
                return false;
            }

            if (_known.Count >= KnownMax)
            {
                _known.Clear();
            }

            _known.Add(name);
            Count($"{name}: {reason}");
        }

        Measure(why);
        return true;
    }

    /// <summary>Notes one that does not say which event it is: each counts, and those that look the same are shown once.</summary>
    /// <param name="what">What it is.</param>
    /// <param name="why">The word for it in metrics.</param>
    /// <param name="reason">Why, for people.</param>
    public void AddNameless(string what, string why, string reason)
    {
        lock (_lock)
        {
            Count($"{what}: {reason}");
        }

        Measure(why);
    }

    private void Count(string shown)
    {
        _count++;
        if (_shown.Contains(shown))
        {
            return;
        }

        _shown.Enqueue(shown);
        if (_shown.Count > ShownMax)
        {
            _shown.Dequeue();
        }
    }

    private static void Measure(string why) =>
        SdkTelemetry.EventsSetAside.Add(1, new KeyValuePair<string, object?>("why", why));
}
