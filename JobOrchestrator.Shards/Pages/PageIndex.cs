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

    /// <summary>A live page; safe for readers. Null: it has to be read from the store.</summary>
    public IndexPage? Live(long page) => _live.GetValueOrDefault(page);

    /// <summary>The lowest page that is not live, or null: the next one that may be deleted.</summary>
    public long? OldestDead
    {
        get
        {
            foreach (long page in _spans.Numbers())
            {
                if (!_live.ContainsKey(page))
                {
                    return page;
                }
            }

            return null;
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

    /// <summary>The spans once these pages are there, written by this epoch.</summary>
    public IReadOnlyList<Span> SpansWith(IEnumerable<long> added, long epoch, long? removed)
    {
        var spans = new Spans(_spans.ToList());
        foreach (long page in added)
        {
            spans.Add(epoch, page);
        }

        if (removed is { } gone)
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
    }

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
            NextPage = number + 1;
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
            before = null;
        }

        _live.GetValueOrDefault(number)?.Count(before, after);
    }

    /// <summary>Closed pages without a live job and with all windows closed, the oldest first.</summary>
    public IReadOnlyList<long> Settled(DateTimeOffset now, int max)
    {
        var settled = new List<long>();
        foreach (long number in _liveNumbers)
        {
            if (settled.Count == max || number >= NextPage - 1)
            {
                break;
            }

            if (_live[number].IsSettled(now))
            {
                settled.Add(number);
            }
        }

        return settled;
    }

    /// <summary>A page that need not be loaded at a start any more.</summary>
    public void Retire(long page)
    {
        _live.TryRemove(page, out _);
        _liveNumbers.Remove(page);
    }

    /// <summary>A page whose jobs are gone.</summary>
    public void Remove(long page)
    {
        _spans.Remove(page);
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

    /// <summary>The last document of a page that is retired.</summary>
    public byte[] ToRetiredUtf8(long number) => IndexPage.ToUtf8(number, _live[number].Ids.ToArray(), _live[number].LatestExpiry);
}
