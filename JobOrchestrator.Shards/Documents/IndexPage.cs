using JobOrchestrator.Core;

namespace JobOrchestrator.Shards;

/// <summary>
/// One index page: ids by arrival, what keeps the page live, and what a start need not read the jobs for: which of them have ended, when
/// they may go, and the keys that they leave taken.
/// </summary>
internal sealed class IndexPage
{
    private readonly Guid[] _ids;
    private volatile int _used;
    private int _liveJobs;
    private long[]? _expiries; // by place: UTC ticks of finished jobs; 0: none, or it has gone
    private List<KeyGuard>? _keys; // of finished jobs, also of those that have gone
    private readonly DigestShelf _digests;
    private readonly Places _live; // of the jobs that are counted as live
    private volatile PageDigest? _digest;

    /// <param name="stored">The page so far.</param>
    /// <param name="jobs">How many it has room for.</param>
    /// <param name="digests">Where digests are.</param>
    public IndexPage(PageDocument stored, int jobs, DigestShelf digests)
    {
        _digests = digests;
        _live = new Places(jobs);
        _ids = new Guid[jobs];
        stored.Ids.CopyTo(_ids, 0);
        _used = stored.Ids.Length;
        if (stored.Finished.Count > 0)
        {
            _expiries = new long[jobs];
            _digest = stored.Digest is { } bytes && DigestForm.TryRead(bytes, jobs) is { } digest ? digests.TryGoOn(digest) : null;
            foreach ((int place, DateTimeOffset expiry) in stored.Finished.Where(finished => finished.Place < jobs))
            {
                _expiries[place] = expiry.UtcTicks;
                LatestExpiry = Later(LatestExpiry, expiry);
            }
        }

        foreach (KeyGuard key in stored.Keys)
        {
            Guard(key);
        }
    }

    /// <summary>
    /// The ids so far; empty where a job lives in memory only. Safe for readers: a place is filled before it is counted.
    /// </summary>
    public ReadOnlySpan<Guid> Ids => _ids.AsSpan(0, _used);

    /// <summary>What those of its jobs are that have ended; null: nothing is known. Safe for readers.</summary>
    public PageDigest? Digest => _digest;

    /// <summary>When the last of its finished jobs may go.</summary>
    public DateTimeOffset LatestExpiry { get; private set; }

    /// <summary>No job of it is live.</summary>
    public bool IsIdle => _liveJobs == 0;

    /// <summary>Until when a start has to load it all the same, for the keys that its jobs leave taken.</summary>
    public DateTimeOffset HoldUntil { get; private set; }

    /// <summary>How many of its jobs have ended of which its document does not say so yet: a start would read them.</summary>
    public int Unmarked { get; private set; }

    /// <summary>When the first of these has ended.</summary>
    public DateTimeOffset UnmarkedSince { get; private set; }

    /// <summary>The place of an arrival number.</summary>
    private int PlaceOf(long order) => (int)(order % _ids.Length);

    public void Add(int place, Guid id)
    {
        _ids[place] = id;
        _used = Math.Max(_used, place + 1);
    }

    public void Count(Job? before, Job after)
    {
        _liveJobs += (after.IsFinished ? 0 : 1) - (before is { IsFinished: false } ? 1 : 0);
        LatestExpiry = Later(LatestExpiry, after.ExpiresAt ?? default);
        if (!after.IsFinished)
        {
            _live.Add(PlaceOf(after.Order));
        }

        if (after is not { IsFinished: true, ExpiresAt: { } expiry })
        {
            return;
        }

        ref long known = ref (_expiries ??= new long[_ids.Length])[PlaceOf(after.Order)];
        if (after.Durable)
        {
            (_digest ??= _digests.TryBegin())?.Add(PlaceOf(after.Order), after);
            if (known == 0 && Unmarked++ == 0)
            {
                UnmarkedSince = after.FinishedAt ?? default;
            }

            _keys?.RemoveAll(key => key.Holder == after.Id);
            foreach (KeyGuard key in KeyGuard.Of(after))
            {
                Guard(key);
            }
        }

        known = expiry.UtcTicks;
        _live.Remove(PlaceOf(after.Order));
    }

    /// <summary>One of its jobs leaves a key taken.</summary>
    public void Guard(KeyGuard key)
    {
        // A purged job's are found again by each start.
        if (_keys?.Contains(key) != true)
        {
            (_keys ??= []).Add(key);
        }

        HoldUntil = Later(HoldUntil, key.Until);
    }

    /// <summary>Forgets its keys, if they are all free by now.</summary>
    public bool DropKeys(DateTimeOffset now)
    {
        if (HoldUntil > now)
        {
            return false;
        }

        _keys = null;
        HoldUntil = default;
        return true;
    }

    /// <summary>Its document says of all that have ended so far that they have.</summary>
    public void Marked() => Unmarked = 0;

    /// <summary>One of its jobs cannot be read, and nobody knows whether it is live.</summary>
    public void Keep() => _liveJobs++;

    /// <summary>When the first of its finished jobs may go; null: there is none.</summary>
    public DateTimeOffset? FirstExpiry
    {
        get
        {
            long first = long.MaxValue;
            foreach (long expiry in _expiries ?? [])
            {
                first = expiry > 0 && expiry < first ? expiry : first;
            }

            return first < long.MaxValue ? new DateTimeOffset(first, TimeSpan.Zero) : null;
        }
    }

    /// <summary>
    /// Whether its finished jobs may go as one, when the last of them may: the others are not kept much longer for that, a quarter of what
    /// is left of the last one's time or a grace.
    /// </summary>
    public bool GoesAsOne(DateTimeOffset now, TimeSpan grace) =>
        FirstExpiry is not { } first || LatestExpiry - first <= grace + (LatestExpiry - now) / 4;

    /// <summary>The places whose jobs may go by now, so many at most.</summary>
    public List<int> Expired(DateTimeOffset now, int max)
    {
        var places = new List<int>();
        for (int place = 0; place < (_expiries?.Length ?? 0) && places.Count < max; place++)
        {
            if (_expiries![place] > 0 && _expiries[place] <= now.UtcTicks)
            {
                places.Add(place);
            }
        }

        return places;
    }

    /// <summary>Whether the job at a place is live for certain. Safe for readers.</summary>
    public bool IsLive(int place) => _live.Has(place);

    /// <summary>Its document, if it were stored now.</summary>
    /// <param name="now">Keys whose time is over are left out.</param>
    public PageDocument ToDocument(DateTimeOffset now) => ToDocument(now, Ids.ToArray());

    /// <summary>The same with other ids.</summary>
    /// <inheritdoc cref="ToDocument(DateTimeOffset)"/>
    public PageDocument ToDocument(DateTimeOffset now, Guid[] ids)
    {
        var finished = new List<(int, DateTimeOffset)>();
        for (int place = 0; place < (_expiries is null ? 0 : _used); place++)
        {
            if (_expiries![place] > 0 && _ids[place] != Guid.Empty)
            {
                finished.Add((place, new DateTimeOffset(_expiries[place], TimeSpan.Zero)));
            }
        }

        return new PageDocument(ids)
        {
            Finished = finished,
            Keys = [.. (_keys ?? []).Where(key => key.Until > now)],
        };
    }

    /// <summary>The same, with what its jobs are that have ended.</summary>
    /// <inheritdoc cref="ToDocument(DateTimeOffset)"/>
    public PageDocument ToDigestedDocument(DateTimeOffset now) =>
        ToDocument(now) with { Digest = _digest is { } digest ? DigestForm.Write(digest.Folded()) : null };

    /// <summary>The jobs of these places have gone.</summary>
    public void Empty(IReadOnlyCollection<int> places)
    {
        foreach (int place in places)
        {
            _ids[place] = Guid.Empty;
            _expiries![place] = 0;
        }
    }

    /// <summary>A job that goes on in another page.</summary>
    public void Leave(Job job)
    {
        _liveJobs -= job.IsFinished ? 0 : 1;
        _live.Remove(PlaceOf(job.Order));
    }

    private static DateTimeOffset Later(DateTimeOffset a, DateTimeOffset b) => a > b ? a : b;
}
