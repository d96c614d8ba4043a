namespace JobOrchestrator.Shards;

/// <summary>
/// What is set aside, of all shards: events, since the process began, that the broker refuses for good and that only the feed has, and
/// jobs of which the store takes no change.
/// </summary>
internal sealed class SetAside
{
    private const int NamesMax = 1_000;

    private readonly Queue<string> _names = []; // of the latest, also the lock that guards both
    private readonly HashSet<string> _named = new(StringComparer.Ordinal);
    private long _events;
    private long _jobs;

    /// <summary>How many events.</summary>
    public long Events => Interlocked.Read(ref _events);

    /// <summary>How many jobs are at this moment.</summary>
    public long Jobs => Interlocked.Read(ref _jobs);

    /// <summary>What a person should know of them; null: there are none.</summary>
    public string? Warning
    {
        get
        {
            string? events = Events is > 0 and long ofEvents
                ? $"The broker refuses events for good: {ofEvents} were set aside since the start. The feed has them, the log the reasons."
                : null;
            string? jobs = Jobs is > 0 and long ofJobs
                ? $"The state store takes no change of some jobs: {ofJobs} are set aside. The log names them."
                : null;
            return events is null || jobs is null ? events ?? jobs : $"{events} {jobs}";
        }
    }

    /// <summary>One more event.</summary>
    /// <param name="id">As subscribers know it.</param>
    public void Add(string id)
    {
        Interlocked.Increment(ref _events);
        lock (_names)
        {
            if (!_named.Add(id))
            {
                return;
            }

            _names.Enqueue(id);
            if (_names.Count > NamesMax)
            {
                _named.Remove(_names.Dequeue());
            }
        }
    }

    /// <summary>Whether an event is known to be among them: of the latest thousand it is.</summary>
    public bool Has(string id)
    {
        lock (_names)
        {
            return _named.Contains(id);
        }
    }

    /// <summary>One more job.</summary>
    public void AddJob() => Interlocked.Increment(ref _jobs);

    /// <summary>One job less.</summary>
    public void RemoveJob() => Interlocked.Decrement(ref _jobs);
}
