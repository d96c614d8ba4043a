namespace JobOrchestrator.Shards;

/// <summary>
/// Lets one event of a job's progress through in a while: the first at once, the last when the while is over, and none that another event
/// of the job has overtaken. Everything else passes. For one caller, but for <see cref="Oldest"/>.
/// </summary>
/// <param name="every">The while; zero: everything passes.</param>
/// <param name="time">The clock.</param>
internal sealed class ProgressSieve(TimeSpan every, TimeProvider time)
{
    // Of more jobs at one time every report passes.
    private const int JobsMax = 10_000;

    private readonly Dictionary<Guid, Told> _jobs = [];
    private readonly PriorityQueue<Told, long> _kept = new(); // each once, by a document that is no newer than what it keeps
    private readonly Queue<Told> _byAge = new(); // the one that was told of first comes first
    private long _oldest = long.MaxValue;

    /// <summary>
    /// The oldest outbox document of which an event is kept back, or was when this was settled last; <see cref="long.MaxValue"/>: none.
    /// </summary>
    public long Oldest => Volatile.Read(ref _oldest);

    /// <summary>How long until there is something to take; null: there will not be.</summary>
    public TimeSpan? Wait => !_byAge.TryPeek(out Told? first) ? null
        : every - time.GetElapsedTime(first.At) is var left && left > TimeSpan.Zero ? left
        : TimeSpan.Zero;

    /// <summary>The events that go now, in their order.</summary>
    public IEnumerable<Outgoing> Sift(IEnumerable<Outgoing> events)
    {
        if (every <= TimeSpan.Zero)
        {
            return events;
        }

        List<Outgoing> passed = [.. events.Where(Passes)];
        Settle();
        return passed;
    }

    /// <summary>Those that were kept back and have waited for long enough. They count as kept until it is settled.</summary>
    public List<Outgoing> TakeDue()
    {
        var due = new List<Outgoing>();
        while (_byAge.TryPeek(out Told? told) && time.GetElapsedTime(told.At) >= every)
        {
            _byAge.Dequeue();
            if (told.Kept is { } kept)
            {
                due.Add(kept);
                (told.At, told.Kept) = (time.GetTimestamp(), null);
                _byAge.Enqueue(told);
            }
            else
            {
                _jobs.Remove(told.Job);
            }
        }

        return due;
    }

    /// <summary>What was taken is out.</summary>
    public void Settle()
    {
        while (_kept.TryPeek(out Told? told, out long number) && told.Kept?.Number != number)
        {
            _kept.Dequeue();
            told.IsQueued = told.Kept is not null;
            if (told.Kept is { } kept)
            {
                _kept.Enqueue(told, kept.Number);
            }
        }

        Volatile.Write(ref _oldest, _kept.TryPeek(out _, out long oldest) ? oldest : long.MaxValue);
    }

    private bool Passes(Outgoing item)
    {
        Told? told = _jobs.GetValueOrDefault(item.Event.Job);
        if (!item.Event.IsProgress)
        {
            if (told is not null)
            {
                told.Kept = null;
            }

            return true;
        }

        if (told is not null)
        {
            told.Kept = item;
            if (!told.IsQueued)
            {
                told.IsQueued = true;
                _kept.Enqueue(told, item.Number);
            }

            return false;
        }

        if (_jobs.Count >= JobsMax)
        {
            return true;
        }

        told = new Told(item.Event.Job) { At = time.GetTimestamp() };
        _jobs.Add(told.Job, told);
        _byAge.Enqueue(told);
        return true;
    }

    /// <summary>A job whose progress was told of lately.</summary>
    private sealed class Told(Guid job)
    {
        public Guid Job => job;

        public long At { get; set; } // a timestamp

        public Outgoing? Kept { get; set; }

        /// <summary>It stands among those that keep something, or did.</summary>
        public bool IsQueued { get; set; }
    }
}
