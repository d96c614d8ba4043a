using System.Collections.Concurrent;
using JobOrchestrator.Core;

namespace JobOrchestrator.Shards;

/// <summary>
/// The shard's index pages: how jobs are found again without a query API. A page holds up to 256 job ids by arrival. It is live while
/// one of its jobs is; once none is, it is retired: written a last time with the instant at which all its jobs may go, and with the keys
/// that they leave taken. While one of these is, a start still loads the page for it, and none of its jobs. A live page says of the jobs
/// that have ended that a start need not read them; that is written when the page is written anyway, when many have ended since, or when
/// nothing else is to be done.
/// The commit loop alone changes it, after the commit that stored the change; readers may look at any time.
/// </summary>
/// <param name="spans">Which pages exist.</param>
/// <param name="nextPage">The number of the next page.</param>
/// <param name="bounds">How large a page is, and when it is written anew.</param>
internal sealed class PageIndex(IEnumerable<Span> spans, long nextPage, ShardBounds bounds)
{
    private readonly DigestShelf _digests = new(bounds.DigestBytesMax, bounds.PageJobs);
    private readonly ConcurrentDictionary<long, IndexPage> _live = new();
    private readonly SortedSet<long> _liveNumbers = []; // the same pages in order, for the loop alone
    private readonly Queue<long> _idle = []; // closed pages that may be without a live job, to be looked at
    private readonly SortedSet<long> _settled = []; // of these, those that are to be retired
    private readonly SortedDictionary<long, long> _guarding = []; // retired pages that a start loads for their keys, until these UTC ticks
    private readonly SortedSet<(long Until, long Page)> _guardingByEnd = [];
    private readonly PageRuns _toLoad = new(); // live and guarding pages: what a start loads
    private readonly PriorityQueue<long, long> _keysEnd = new(); // live pages with keys, by UTC ticks of an end that was the last once
    private readonly HashSet<long> _keyed = []; // the same pages
    private readonly SortedSet<long> _oftenUnmarked = []; // pages where many jobs have ended that a start would read
    private readonly SortedSet<(long Due, long Page)> _unmarked = []; // pages where some have, by when it is to be said
    private readonly Spans _spans = new(spans);
    private volatile IReadOnlyList<Span> _committedSpans = [.. spans];

    /// <summary>The number of the next page; the jobs of a new epoch begin there.</summary>
    public long NextPage { get; private set; } = nextPage;

    /// <summary>The page of an arrival number.</summary>
    public long PageOf(long order) => order / bounds.PageJobs;

    /// <summary>The first arrival number of a page.</summary>
    public long FirstOf(long page) => page * bounds.PageJobs;

    /// <summary>Which pages exist; safe for readers.</summary>
    public IReadOnlyList<Span> Spans => _committedSpans;

    /// <summary>The live pages, lowest first; for the loop alone.</summary>
    public IEnumerable<long> LiveNumbers => _liveNumbers;

    /// <summary>A live page; safe for readers. Null: it has to be read from the store.</summary>
    public IndexPage? Live(long page) => _live.GetValueOrDefault(page);

    /// <summary>What the finished jobs of a page are; null: nothing is known of them, or not at hand. Safe for readers.</summary>
    public PageDigest? DigestOf(long page) => Live(page) is { } live ? live.Digest : _digests.Find(page);

    /// <summary>A retired page was read for whoever looks for some of its jobs. Safe for readers.</summary>
    /// <returns>What its jobs are, as far as it says; null: it is as it was before it was retired, and says too little.</returns>
    public PageDigest? Enter(long page, PageDocument read)
    {
        if (read.ExpiresAt is null)
        {
            return null;
        }

        PageDigest? stored = read.Digest is { } bytes ? DigestForm.TryRead(bytes, bounds.PageJobs) : null;
        PageDigest digest = stored ?? new PageDigest(bounds.PageJobs);
        digest.NoteIds(read.Ids);
        _digests.Enter(page, digest);
        return digest;
    }

    /// <summary>Finished jobs were read, perhaps of pages that do not say what they are. Safe for readers.</summary>
    public void Learn(IEnumerable<Job> read)
    {
        IEnumerable<Job> ended = read.Where(job => job is { IsFinished: true, Durable: true });
        foreach (IGrouping<long, Job> page in ended.GroupBy(job => PageOf(job.Order)))
        {
            if (Live(page.Key) is null)
            {
                _digests.Learn(page.Key, page.Select(job => ((int)(job.Order % bounds.PageJobs), job)));
            }
        }
    }

    /// <summary>Pages from a number on that are not live, lowest first.</summary>
    public IEnumerable<long> DeadFrom(long first)
    {
        foreach (Span span in _committedSpans)
        {
            for (long page = Math.Max(span.From, first); page < span.To; page++)
            {
                if (!_live.ContainsKey(page))
                {
                    yield return page;
                }
            }
        }
    }

    /// <summary>
    /// The pages that a start has to load as ranges [first, last, …], once <paramref name="added"/> are among them and
    /// <paramref name="left"/> are no more.
    /// </summary>
    public IReadOnlyList<long> LiveRanges(IEnumerable<long> added, IReadOnlyCollection<long> left)
    {
        PageRuns then = _toLoad.Copy();
        foreach (long page in added)
        {
            then.Add(page);
        }

        foreach (long page in left)
        {
            then.Remove(page);
        }

        return then.ToRanges();
    }

    /// <summary>The spans once some pages are there, written by this epoch, and others are gone.</summary>
    public IReadOnlyList<Span> SpansWith(IEnumerable<long> added, long epoch, IEnumerable<long> removed)
    {
        var spans = new Spans(_spans.ToList());
        foreach (long page in added)
        {
            spans.Add(epoch, page);
        }

        foreach (long gone in removed)
        {
            spans.Remove(gone);
        }

        return spans.ToList();
    }

    /// <summary>The epoch that wrote a page, or null when there is no such page.</summary>
    public long? EpochOf(long page) => _spans.EpochOf(page);

    /// <summary>Enters a page that a start loads as it was stored.</summary>
    public void Load(long page, PageDocument stored)
    {
        if (stored.ExpiresAt is not null)
        {
            BeginGuarding(page, stored.GuardedUntil);
            return;
        }

        _live[page] = new IndexPage(stored, bounds.PageJobs, _digests);
        _liveNumbers.Add(page);
        _toLoad.Add(page);
        NoteKeys(page, _live[page]);
        NoteIfIdle(page);
    }

    /// <summary>A purged job of a live page, whose end the page need not know of, leaves keys taken.</summary>
    public void Guard(long page, IEnumerable<KeyGuard> keys)
    {
        foreach (KeyGuard key in keys)
        {
            _live[page].Guard(key);
        }

        NoteKeys(page, _live[page]);
    }

    /// <summary>A live page names a job that cannot be read: it goes on as for a live one, so that the job is not lost with it.</summary>
    public void Keep(long page) => _live[page].Keep();

    /// <summary>Enters a new job.</summary>
    public void Add(Job job, long epoch)
    {
        long number = PageOf(job.Order);
        IndexPage page = _live.GetOrAdd(number, _ => new IndexPage(new PageDocument([]), bounds.PageJobs, _digests));
        _liveNumbers.Add(number);
        _toLoad.Add(number);
        if (number >= NextPage)
        {
            _spans.Add(epoch, number);
            _committedSpans = _spans.ToList();
            long open = NextPage - 1;
            NextPage = number + 1;
            NoteIfIdle(open);
        }

        page.Add((int)(job.Order % bounds.PageJobs), job.Durable ? job.Id.Value : Guid.Empty);
    }

    /// <summary>Counts a job: a live one keeps its page live.</summary>
    /// <param name="before">As it was counted last; null: not yet.</param>
    /// <param name="after">As it is.</param>
    public void Count(Job? before, Job after)
    {
        long number = PageOf(after.Order);
        if (before is not null && PageOf(before.Order) is var left && left != number)
        {
            _live.GetValueOrDefault(left)?.Leave(before);
            NoteIfIdle(left);
            before = null;
        }

        if (_live.GetValueOrDefault(number) is { } page)
        {
            int unmarked = page.Unmarked;
            page.Count(before, after);
            NoteUnmarked(number, page, unmarked);
            NoteKeys(number, page);
        }

        NoteIfIdle(number);
    }

    /// <summary>
    /// Closed pages without a live job whose jobs may go as one, the oldest first. One whose jobs may not is asked again once the first of
    /// them have gone.
    /// </summary>
    public IReadOnlyList<long> Settled(DateTimeOffset now, int max, TimeSpan grace)
    {
        DropKeys(now);

        // While the clocks disagree nobody knows how long its jobs have left: by no time at all every page would go as one.
        while (now > DateTimeOffset.MinValue && _idle.TryDequeue(out long number))
        {
            if (IsClosed(number) && _live.GetValueOrDefault(number) is { IsIdle: true } page && page.GoesAsOne(now, grace))
            {
                _settled.Add(number);
            }
        }

        return [.. _settled.Take(max)];
    }

    /// <summary>
    /// Live pages that are to say of more jobs that they have ended, so many at most: those where many have, and, where nothing else is to
    /// be done, those where some have a while ago.
    /// </summary>
    public IReadOnlyList<long> ToMark(DateTimeOffset now, bool isIdle, int max)
    {
        // A page without a live job is retired instead, if not now then soon.
        IEnumerable<long> often = _oftenUnmarked.Where(IsClosed);
        IEnumerable<long> some = isIdle ? _unmarked.TakeWhile(page => page.Due <= now.UtcTicks).Select(page => page.Page) : [];
        return max > 0 ? [.. often.Concat(some).Where(page => !_settled.Contains(page)).Distinct().Take(max)] : [];
    }

    /// <summary>These pages are stored as they were before the commit that wrote them.</summary>
    public void Marked(IEnumerable<long> written)
    {
        foreach (long page in written)
        {
            if (_live.TryGetValue(page, out IndexPage? live))
            {
                ForgetUnmarked(page, live);
                live.Marked();
            }
        }
    }

    /// <summary>Whether a live page, once it is retired, is to be loaded at a start for the keys in it.</summary>
    public bool IsGuarding(long page) => _live[page].HoldUntil > default(DateTimeOffset);

    /// <summary>
    /// Retired pages that a start need not load any more: their keys are all free by now, or the same commit deletes them, which it may do
    /// by a clock that has gone back since.
    /// </summary>
    public IReadOnlyList<long> Free(DateTimeOffset now, IEnumerable<long> removed) =>
    [
        .. _guardingByEnd.TakeWhile(page => page.Until <= now.UtcTicks).Select(page => page.Page)
            .Union(removed.Where(_guarding.ContainsKey)),
    ];

    /// <summary>Whether a page gets no more jobs.</summary>
    public bool IsClosed(long page) => page < NextPage - 1;

    /// <summary>Some of a page's jobs have gone.</summary>
    public void Empty(long number, IReadOnlyCollection<int> places)
    {
        _live.GetValueOrDefault(number)?.Empty(places);
        NoteIfIdle(number);
    }

    private void NoteIfIdle(long number)
    {
        if (IsClosed(number) && _live.GetValueOrDefault(number) is { IsIdle: true })
        {
            _idle.Enqueue(number);
        }
    }

    private void NoteKeys(long number, IndexPage page)
    {
        if (page.HoldUntil > default(DateTimeOffset) && _keyed.Add(number))
        {
            _keysEnd.Enqueue(number, page.HoldUntil.UtcTicks);
        }
    }

    /// <summary>A page may live for a job's sake long after the keys of its others are free.</summary>
    private void DropKeys(DateTimeOffset now)
    {
        while (_keysEnd.TryPeek(out long number, out long end) && end <= now.UtcTicks)
        {
            _keysEnd.Dequeue();
            if (_live.GetValueOrDefault(number) is { } page && !page.DropKeys(now))
            {
                _keysEnd.Enqueue(number, page.HoldUntil.UtcTicks);
            }
            else
            {
                _keyed.Remove(number);
            }
        }
    }

    private void NoteUnmarked(long number, IndexPage page, int before)
    {
        if (before == 0 && page.Unmarked > 0)
        {
            _unmarked.Add((MarkDue(page), number));
        }

        if (page.Unmarked >= bounds.MarksMin)
        {
            _oftenUnmarked.Add(number);
        }
    }

    private void ForgetUnmarked(long number, IndexPage page)
    {
        if (page.Unmarked > 0)
        {
            _unmarked.Remove((MarkDue(page), number));
            _oftenUnmarked.Remove(number);
        }
    }

    private long MarkDue(IndexPage page) => (page.UnmarkedSince + bounds.MarkAfter).UtcTicks;

    /// <summary>
    /// A page whose jobs need not be loaded at a start any more. The page itself does until <see cref="Free"/> says otherwise, if one of
    /// its jobs left a key taken.
    /// </summary>
    public void Retire(long number)
    {
        if (_live.TryRemove(number, out IndexPage? page))
        {
            ForgetUnmarked(number, page);
            if (page.Digest is { } digest)
            {
                digest.NoteIds(page.Ids);
                _digests.Retire(number, digest);
            }

            if (page.HoldUntil > default(DateTimeOffset))
            {
                BeginGuarding(number, page.HoldUntil);
            }
        }

        _liveNumbers.Remove(number);
        if (!_guarding.ContainsKey(number))
        {
            _toLoad.Remove(number);
        }

        _settled.Remove(number);
    }

    private void BeginGuarding(long page, DateTimeOffset until)
    {
        _guarding[page] = until.UtcTicks;
        _toLoad.Add(page);
        _guardingByEnd.Add((until.UtcTicks, page));
    }

    /// <summary>Retired pages that a start does not load any more.</summary>
    public void Release(IEnumerable<long> free)
    {
        foreach (long page in free)
        {
            if (_guarding.Remove(page, out long until))
            {
                _guardingByEnd.Remove((until, page));
                if (!_live.ContainsKey(page))
                {
                    _toLoad.Remove(page);
                }
            }
        }
    }

    /// <summary>Pages whose jobs are gone.</summary>
    public void Remove(IReadOnlyCollection<long> gone)
    {
        if (gone.Count == 0)
        {
            return;
        }

        foreach (long page in gone)
        {
            _spans.Remove(page);
            _digests.Remove(page);
        }

        _committedSpans = _spans.ToList();
    }

    /// <summary>Nothing is left of a retired page but keys.</summary>
    public void Emptied(long page) => _digests.Remove(page);

    /// <summary>The document of a page, once these new jobs are in it.</summary>
    public byte[] ToUtf8(long number, IReadOnlyList<Job> added, DateTimeOffset now)
    {
        IndexPage? live = Live(number);
        var ids = new Guid[Math.Max(live?.Ids.Length ?? 0, 1 + (int)(added.Max(job => job.Order) % bounds.PageJobs))];
        live?.Ids.CopyTo(ids);
        foreach (Job job in added)
        {
            ids[job.Order % bounds.PageJobs] = job.Durable ? job.Id.Value : Guid.Empty;
        }

        // Whoever submits does not pay for what is found later: the page is written with each commit that adds to it.
        return (live?.ToDocument(now, ids) ?? new PageDocument(ids)).ToUtf8(number);
    }

    /// <summary>The document of a live page as it is.</summary>
    public byte[] ToUtf8(long number, DateTimeOffset now) => _live[number].ToDigestedDocument(now).ToUtf8(number);

    /// <summary>The document of a closed page once these places are empty.</summary>
    public byte[] ToUtf8Without(long number, IReadOnlyCollection<int> emptied, DateTimeOffset now)
    {
        PageDocument page = _live[number].ToDigestedDocument(now);
        Guid[] ids = [.. page.Ids.Select((id, place) => emptied.Contains(place) ? Guid.Empty : id)];
        return (page with { Ids = ids, Finished = [.. page.Finished.Where(one => !emptied.Contains(one.Place))] }).ToUtf8(number);
    }

    /// <summary>The last document of a page that is retired.</summary>
    public byte[] ToRetiredUtf8(long number, DateTimeOffset now) =>
        (_live[number].ToDigestedDocument(now) with { ExpiresAt = _live[number].LatestExpiry, Finished = [] }).ToUtf8(number);
}
