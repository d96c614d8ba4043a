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

    // A worker of more queues in pools of their own than that has its latest remembered.
    private const int WishesMax = 32;

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

            Wish wish = WishOf(entry, lease);
            entry.Asks++;
            wish.Asks++;
            entry.LastAt = wish.LastAt = time.Now;
            entry.Version = lease.Version;
            entry.Slots = lease.Slots;
            Tidy(entry);
            return new Asking(this, entry, wish);
        }
    }

    /// <summary>Those that have asked for jobs of a queue, the latest first.</summary>
    public IReadOnlyList<Asker> Of(string queue)
    {
        lock (_workers)
        {
            DateTimeOffset now = time.Now;
            return [.. _workers.Values
                .Select(entry => AskerOf(entry, queue, now))
                .OfType<Asker>()
                .OrderByDescending(asker => asker.LastAt)
                .ThenBy(asker => asker.Worker, StringComparer.Ordinal)];
        }
    }

    /// <summary>All of them, with everything that they ask for.</summary>
    public IReadOnlyList<SeenWorker> All()
    {
        lock (_workers)
        {
            DateTimeOffset now = time.Now;
            return [.. _workers.Values.Select(entry => new SeenWorker(
                entry.Worker, entry.Version, entry.Slots, [.. entry.Wishes.Select(wish => WorkerWishOf(wish, now))]))];
        }
    }

    /// <summary>A worker may have several pools, each with its own queues.</summary>
    private Wish WishOf(Entry entry, Command.Lease lease)
    {
        foreach (Wish known in entry.Wishes)
        {
            if (known.Queues.SequenceEqual(lease.Queues) && IsSame(known.Types, lease.Types))
            {
                return known;
            }
        }

        if (entry.Wishes.Count >= WishesMax && entry.Wishes.Where(known => known.Asks == 0).MinBy(known => known.LastAt) is { } oldest)
        {
            entry.Wishes.Remove(oldest);
            entry.Characters -= oldest.Characters;
            _characters -= oldest.Characters;
        }

        var wish = new Wish(lease.Queues, lease.Types);
        entry.Wishes.Add(wish);
        entry.Characters += wish.Characters;
        _characters += wish.Characters;
        return wish;
    }

    private static bool IsSame(IReadOnlySet<string>? one, IReadOnlySet<string>? other) =>
        one is null || other is null ? one == other : one.Count == other.Count && one.SetEquals(other);

    private static Asker? AskerOf(Entry entry, string queue, DateTimeOffset now)
    {
        WorkerWish[] fit = [.. entry.Wishes.Where(wish => wish.IsFor(queue)).Select(wish => WorkerWishOf(wish, now))];
        if (fit.Length == 0)
        {
            return null;
        }

        // What it asks for now, where it does: it may have been started anew, with other types.
        WorkerWish[] present = [.. fit.Where(wish => wish.IsPresent)];
        WorkerWish[] counted = present.Length > 0 ? present : fit;
        IReadOnlySet<string>? types = counted is [var single] ? single.Types
            : Array.Exists(counted, wish => wish.Types is null) ? null
            : counted.SelectMany(wish => wish.Types!).ToHashSet(StringComparer.Ordinal);
        return new Asker(
            entry.Worker, types, fit.Max(wish => wish.LastAt), Array.Exists(fit, wish => wish.IsAsking), present.Length > 0);
    }

    private static WorkerWish WorkerWishOf(Wish wish, DateTimeOffset now)
    {
        bool isAsking = wish.Asks > 0;
        return new WorkerWish(
            wish.Queues, wish.Types, isAsking ? now : wish.LastAt, isAsking, isAsking || now - wish.LastAt < PresentFor);
    }

    private void End(Entry entry, Wish wish)
    {
        lock (_workers)
        {
            entry.Asks--;
            wish.Asks--;
            entry.LastAt = wish.LastAt = time.Now;
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

        public string? Version { get; set; }

        public int? Slots { get; set; }

        public List<Wish> Wishes { get; } = [];

        public long Characters { get; set; }

        public int Asks { get; set; } // requests that wait now

        public DateTimeOffset LastAt { get; set; }
    }

    /// <summary>What one pool of it asks for.</summary>
    private sealed class Wish(IReadOnlyList<string> queues, IReadOnlySet<string>? types)
    {
        public IReadOnlyList<string> Queues => queues;

        public IReadOnlySet<string>? Types => types;

        public long Characters { get; } = queues.Sum(queue => (long)queue.Length) + (types?.Sum(type => (long)type.Length) ?? 0);

        public int Asks { get; set; }

        public DateTimeOffset LastAt { get; set; }

        public bool IsFor(string queue) => queues.Count == 0 || queues.Contains(queue);
    }

    private sealed class Asking(Askers askers, Entry entry, Wish wish) : IDisposable
    {
        private Entry? _entry = entry;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _entry, null) is { } ended)
            {
                askers.End(ended, wish);
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
