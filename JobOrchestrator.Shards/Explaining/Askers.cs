using JobOrchestrator.Core;

namespace JobOrchestrator.Shards;

/// <summary>
/// The workers that ask a shard for jobs, as they say it themselves when they lease: for whoever wants to know why a job waits. Kept in
/// memory for a day, bounded in number and in the length of what they name; those that asked longest ago go first.
/// </summary>
/// <param name="time">The shard's time.</param>
/// <param name="countMax">Most workers.</param>
/// <param name="charactersMax">Most characters of all the names that they ask by.</param>
internal sealed class Askers(ShardTime time, int countMax = 1_000, long charactersMax = 1_000_000)
{
    /// <summary>A worker that has asked for nothing for so long and holds nothing is taken for gone.</summary>
    public static readonly TimeSpan PresentFor = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan KeptFor = TimeSpan.FromDays(1);

    private readonly Dictionary<string, Entry> _workers = new(StringComparer.Ordinal); // also the lock that guards everything
    private long _characters;

    /// <summary>Since when workers are watched.</summary>
    public DateTimeOffset Since { get; } = time.Now;

    /// <summary>A worker asks; until what is returned is disposed of.</summary>
    public IDisposable Ask(Command.Lease lease)
    {
        lock (_workers)
        {
            if (!_workers.TryGetValue(lease.Worker, out Entry? entry))
            {
                _workers.Add(lease.Worker, entry = new Entry(lease.Worker));
                _characters += lease.Worker.Length;
            }

            _characters -= entry.Characters;
            entry.Queues = lease.Queues;
            entry.Types = lease.Types;
            entry.Characters = lease.Queues.Sum(queue => (long)queue.Length) + (lease.Types?.Sum(type => (long)type.Length) ?? 0);
            _characters += entry.Characters;
            entry.Asks++;
            entry.LastAt = time.Now;
            Tidy(entry);
            return new Asking(this, entry);
        }
    }

    /// <summary>Those that have asked for jobs of a queue, the latest first.</summary>
    public IReadOnlyList<Asker> Of(string queue)
    {
        lock (_workers)
        {
            DateTimeOffset now = time.Now;
            return [.. _workers.Values
                .Where(entry => entry.Queues.Count == 0 || entry.Queues.Contains(queue))
                .Select(entry => new Asker(
                    entry.Worker,
                    entry.Types,
                    entry.Asks > 0 ? now : entry.LastAt,
                    IsAsking: entry.Asks > 0,
                    IsPresent: entry.Asks > 0 || now - entry.LastAt < PresentFor))
                .OrderByDescending(asker => asker.LastAt)
                .ThenBy(asker => asker.Worker, StringComparer.Ordinal)];
        }
    }

    private void End(Entry entry)
    {
        lock (_workers)
        {
            entry.Asks--;
            entry.LastAt = time.Now;
        }
    }

    private void Tidy(Entry but)
    {
        if (_workers.Count <= countMax && _characters <= charactersMax)
        {
            return;
        }

        // A tenth at once, so that who comes as one too many does not look at all of them each time.
        DateTimeOffset oldest = time.Now - KeptFor;
        foreach (Entry entry in _workers.Values.Where(entry => entry != but && entry.Asks == 0).OrderBy(entry => entry.LastAt).ToList())
        {
            if (_workers.Count <= countMax * 0.9 && _characters <= charactersMax * 0.9 && entry.LastAt > oldest)
            {
                break;
            }

            _workers.Remove(entry.Worker);
            _characters -= entry.Characters + entry.Worker.Length;
        }
    }

    private sealed class Entry(string worker)
    {
        public string Worker { get; } = worker;

        public IReadOnlyList<string> Queues { get; set; } = [];

        public IReadOnlySet<string>? Types { get; set; }

        public long Characters { get; set; }

        public int Asks { get; set; } // requests that wait now

        public DateTimeOffset LastAt { get; set; }
    }

    private sealed class Asking(Askers askers, Entry entry) : IDisposable
    {
        private Entry? _entry = entry;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _entry, null) is { } ended)
            {
                askers.End(ended);
            }
        }
    }
}

/// <summary>A worker that has asked for jobs of a queue.</summary>
/// <param name="Worker">What it calls itself.</param>
/// <param name="Types">The types that it asks for; null: any.</param>
/// <param name="LastAt">When it asked last; now, if it does.</param>
/// <param name="IsAsking">It waits for a job at this moment.</param>
/// <param name="IsPresent">It has asked lately.</param>
public sealed record Asker(string Worker, IReadOnlySet<string>? Types, DateTimeOffset LastAt, bool IsAsking, bool IsPresent)
{
    /// <summary>Whether it asks for jobs of a type.</summary>
    public bool AsksFor(string type) => Types?.Contains(type) != false;
}
