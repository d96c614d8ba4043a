namespace JobOrchestrator.Shards;

/// <summary>
/// How workers keep their leases, by queue: when each last reported, and how many heartbeats were late and leases lost in each of the
/// last minutes. Bounded in number; those of which nothing was heard for longest go first. Whoever has it guards it.
/// </summary>
/// <param name="countMax">Most workers, counted once a queue.</param>
internal sealed class WorkerBook(int countMax = 2_000)
{
    /// <summary>For how many minutes late heartbeats and lost leases are counted.</summary>
    public const int Minutes = 15;

    // About: two names that are others' too, an entry, two short rows.
    private const int EntryBytes = 250;

    private readonly Dictionary<(string Worker, string Queue), Entry> _entries = [];

    /// <summary>How many bytes it takes, about.</summary>
    public long Bytes => (long)_entries.Count * EntryBytes;

    /// <summary>A worker has reported on a job.</summary>
    public void Reported(string worker, string queue, DateTimeOffset now)
    {
        Entry entry = Of(worker, queue, now);
        entry.ReportedAt = entry.LastAt;
    }

    /// <summary>A worker's heartbeat came late.</summary>
    public void Late(string worker, string queue, DateTimeOffset now)
    {
        Entry entry = Of(worker, queue, now);
        entry.ReportedAt = entry.LastAt;
        entry.Late.Count(now);
    }

    /// <summary>A worker has lost a lease.</summary>
    public void Lost(string worker, string queue, DateTimeOffset now) => Of(worker, queue, now).Lost.Count(now);

    /// <summary>All of which anything was heard in these minutes.</summary>
    public IReadOnlyList<WorkerHealth> Read(DateTimeOffset now) =>
    [
        .. _entries.Where(one => now - one.Value.LastAt <= TimeSpan.FromMinutes(Minutes)).Select(one => new WorkerHealth(
            one.Key.Worker, one.Key.Queue, one.Value.ReportedAt, one.Value.Late.SumAt(now), one.Value.Lost.SumAt(now))),
    ];

    private Entry Of(string worker, string queue, DateTimeOffset now)
    {
        if (!_entries.TryGetValue((worker, queue), out Entry? entry))
        {
            if (_entries.Count >= countMax)
            {
                // A tenth at once, so that who comes as one too many does not look at all of them each time.
                foreach ((string, string) oldest in _entries.OrderBy(one => one.Value.LastAt).Take(countMax / 10 + 1)
                    .Select(one => one.Key).ToList())
                {
                    _entries.Remove(oldest);
                }
            }

            _entries.Add((worker, queue), entry = new Entry());
        }

        entry.LastAt = now > entry.LastAt ? now : entry.LastAt;
        return entry;
    }

    private sealed class Entry
    {
        public DateTimeOffset LastAt { get; set; }

        public DateTimeOffset? ReportedAt { get; set; }

        public MinuteRow Late { get; } = new();

        public MinuteRow Lost { get; } = new();
    }

    /// <summary>A number for each of the last minutes; no memory before there is one.</summary>
    private sealed class MinuteRow
    {
        private ushort[]? _counts;
        private long _last; // the minute

        public void Count(DateTimeOffset now)
        {
            GoTo(now);
            _counts ??= new ushort[Minutes];
            ref ushort count = ref _counts[_last % Minutes];
            count = (ushort)Math.Min(count + 1, ushort.MaxValue);
        }

        public int SumAt(DateTimeOffset now)
        {
            GoTo(now);
            return _counts?.Sum(count => count) ?? 0;
        }

        private void GoTo(DateTimeOffset now)
        {
            long minute = now.ToUnixTimeSeconds() / 60;
            for (long next = Math.Max(_last + 1, minute - Minutes + 1); next <= minute && _counts is not null; next++)
            {
                _counts[next % Minutes] = 0;
            }

            _last = Math.Max(_last, minute);
        }
    }
}
