using System.Collections.Concurrent;
using JobOrchestrator.Core;

namespace JobOrchestrator.Shards;

/// <summary>
/// The shard's index pages: how jobs are found again without a query API. A page holds up to 256 job ids by arrival. It is live while
/// a start has to load its jobs; once it is not, it is written a last time with the instant at which all its jobs may go.
/// The commit loop alone changes it, after the commit that stored the change; readers may look at any time.
/// </summary>
/// <param name="spans">Which pages exist.</param>
/// <param name="nextPage">The number of the next page.</param>
/// <param name="pageJobs">Job ids in one page.</param>
internal sealed class PageIndex(IEnumerable<Span> spans, long nextPage, int pageJobs)
{
    private readonly ConcurrentDictionary<long, IndexPage> _live = new();
    private readonly SortedSet<long> _liveNumbers = []; // the same pages in order, for the loop alone
    private readonly PriorityQueue<long, long> _idle = new(); // closed pages without a live job, by when their windows close
    private readonly SortedSet<long> _settled = []; // of these, those whose windows have closed
    private readonly Spans _spans = new(spans);
    private volatile IReadOnlyList<Span> _committedSpans = [.. spans];

    /// <summary>The number of the next page; the jobs of a new epoch begin there.</summary>
    public long NextPage { get; private set; } = nextPage;

    /// <summary>The page of an arrival number.</summary>
    public long PageOf(long order) => order / pageJobs;

    /// <summary>The first arrival number of a page.</summary>
    public long FirstOf(long page) => page * pageJobs;

    /// <summary>Which pages exist; safe for readers.</summary>
    public IReadOnlyList<Span> Spans => _committedSpans;

    /// <summary>The live pages, lowest first; for the loop alone.</summary>
    public IEnumerable<long> LiveNumbers => _liveNumbers;

    /// <summary>A live page; safe for readers. Null: it has to be read from the store.</summary>
    public IndexPage? Live(long page) => _live.GetValueOrDefault(page);

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
    /// The live pages as ranges [first, last, …], once <paramref name="added"/> are and <paramref name="retired"/> are no more.
    /// </summary>
    public IReadOnlyList<long> LiveRanges(IEnumerable<long> added, IReadOnlyCollection<long> retired)
    {
        var ranges = new List<long>();
        foreach (long page in _liveNumbers.Union(added).Except(retired).Order())
        {
            if (ranges.Count > 0 && ranges[^1] == page - 1)
            {
                ranges[^1] = page;
            }
            else
            {
                ranges.Add(page);
                ranges.Add(page);
            }
        }

        return ranges;
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

    /// <summary>Enters a live page as it was stored.</summary>
    public void Load(long page, Guid[] ids)
    {
        _live[page] = new IndexPage(ids, pageJobs);
        _liveNumbers.Add(page);
        NoteIfIdle(page);
    }

    /// <summary>A live page names a job that cannot be read: it goes on as for a live one, so that the job is not lost with it.</summary>
    public void Keep(long page) => _live[page].Keep();

    /// <summary>Enters a new job.</summary>
    public void Add(Job job, long epoch)
    {
        long number = PageOf(job.Order);
        IndexPage page = _live.GetOrAdd(number, static (_, jobs) => new IndexPage([], jobs), pageJobs);
        _liveNumbers.Add(number);
        if (number >= NextPage)
        {
            _spans.Add(epoch, number);
            _committedSpans = _spans.ToList();
            long open = NextPage - 1;
            NextPage = number + 1;
            NoteIfIdle(open);
        }

        page.Add((int)(job.Order % pageJobs), job.Durable ? job.Id.Value : Guid.Empty);
    }

    /// <summary>Counts a job: a live one keeps its page live, an open window holds it until the window closes.</summary>
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

        _live.GetValueOrDefault(number)?.Count(before, after);
        NoteIfIdle(number);
    }

    /// <summary>
    /// Closed pages without a live job, with all windows closed and jobs that may go as one, the oldest first. One whose jobs may not is
    /// asked again once the first of them have gone.
    /// </summary>
    public IReadOnlyList<long> Settled(DateTimeOffset now, int max, TimeSpan grace)
    {
        while (_idle.TryPeek(out long number, out long holdUntil) && holdUntil <= now.UtcTicks)
        {
            _idle.Dequeue();
            if (!IsClosed(number) || _live.GetValueOrDefault(number) is not { IsIdle: true } page)
            {
                continue;
            }

            if (page.HoldUntil > now)
            {
                _idle.Enqueue(number, page.HoldUntil.UtcTicks);
            }
            else if (page.GoesAsOne(now, grace))
            {
                _settled.Add(number);
            }
        }

        return [.. _settled.Take(max)];
    }

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
        if (IsClosed(number) && _live.GetValueOrDefault(number) is { IsIdle: true } page)
        {
            _idle.Enqueue(number, page.HoldUntil.UtcTicks);
        }
    }

    /// <summary>A page that need not be loaded at a start any more.</summary>
    public void Retire(long page)
    {
        _live.TryRemove(page, out _);
        _liveNumbers.Remove(page);
        _settled.Remove(page);
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
        }

        _committedSpans = _spans.ToList();
    }

    /// <summary>The document of a page, once these new jobs are in it.</summary>
    public byte[] ToUtf8(long number, IEnumerable<Job> added)
    {
        IndexPage? page = Live(number);
        var ids = new List<Guid>(pageJobs);
        if (page is not null)
        {
            ids.AddRange(page.Ids);
        }

        foreach (Job job in added)
        {
            int place = (int)(job.Order % pageJobs);
            while (ids.Count < place)
            {
                ids.Add(Guid.Empty);
            }

            ids.Add(job.Durable ? job.Id.Value : Guid.Empty);
        }

        return IndexPage.ToUtf8(number, ids, null);
    }

    /// <summary>The document of a closed page once these places are empty.</summary>
    public byte[] ToUtf8Without(long number, IReadOnlyCollection<int> emptied) =>
        IndexPage.ToUtf8(number, _live[number].IdsWithout(emptied), null);

    /// <summary>The last document of a page that is retired.</summary>
    public byte[] ToRetiredUtf8(long number) => IndexPage.ToUtf8(number, _live[number].Ids.ToArray(), _live[number].LatestExpiry);
}
