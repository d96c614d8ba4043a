using JobOrchestrator.Core;

namespace JobOrchestrator.Shards;

/// <summary>
/// Forgets what is past its retention, with the commits, as much as these have room for: pages that are retired as a whole, in the order
/// in which their jobs may go, whatever their numbers; and of pages that go on for a live job's sake the finished ones, after a grace, so
/// that a page is not written anew for each. A retired page goes on without its jobs while one of them leaves a key taken. A crash in
/// between only means that some deletions are repeated.
/// </summary>
/// <param name="shard">The shard.</param>
/// <param name="pages">Its pages, as loaded.</param>
/// <param name="store">Where pages are that are not live.</param>
/// <param name="bounds">How much at a time.</param>
internal sealed class PageSweep(int shard, PageIndex pages, StoreCalls store, ShardBounds bounds)
{
    // Pages that were retired in this process's time, and those that it has looked at.
    private readonly PriorityQueue<long, long> _dead = new(); // by UTC ticks
    private readonly HashSet<long> _found = []; // of these, the ones found in the store: they bound how far is looked
    private readonly PriorityQueue<long, long> _partly = Partly(pages, bounds); // closed pages by when some of their jobs may go
    private readonly HashSet<long> _scheduled = [.. pages.LiveNumbers.Where(page => pages.Live(page)!.FirstExpiry is not null)];
    private readonly SureReads _reads = new(store, Keys.Head(shard));
    private readonly long _unknownEnd = pages.NextPage; // pages from here on are told of when they retire
    private long _unknown; // retired pages from here on have not been looked at
    private Look? _look; // under way
    private readonly Queue<Step> _steps = [];
    private int _given;
    private Swept _swept = Swept.Nothing;

    /// <summary>A document to delete, or to write again.</summary>
    /// <param name="Key">The document.</param>
    /// <param name="Page">The page that it is; null: a job.</param>
    /// <param name="Kept">What is left of the page; null: nothing.</param>
    /// <param name="Until">Until when that is kept.</param>
    private sealed record Step(string Key, long? Page = null, byte[]? Kept = null, DateTimeOffset Until = default);

    /// <summary>There is something to delete by now.</summary>
    public bool HasWork(DateTimeOffset now) => _steps.Count > 0 || IsDue(_partly, now);

    /// <summary>It has to look for pages to delete.</summary>
    public bool NeedsLook(DateTimeOffset now) => _look is null && _steps.Count == 0 && (IsDue(_dead, now) || LooksFurther);

    private bool LooksFurther => _found.Count < bounds.PagesKnownMax && _unknown < _unknownEnd;

    /// <summary>
    /// Reads pages that may have to go. Nobody waits for it: what it has found is entered (<see cref="Enter"/>) once it is here.
    /// </summary>
    public Task<IReadOnlyDictionary<string, StoredItem>> LookAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        List<long> due = TakeDue(now);
        List<long> further = LooksFurther
            ? [.. pages.DeadFrom(_unknown).TakeWhile(page => page < _unknownEnd).Take(Math.Max(0, bounds.PagesInOneLook - due.Count))]
            : [];
        _look = new Look(
            due,
            further,
            due.Concat(further).Distinct().Where(page => pages.EpochOf(page) is not null)
                .ToDictionary(page => page, page => Keys.Page(shard, pages.EpochOf(page)!.Value, page)));

        // A page that a bulk read leaves out is there all the same, and taking it for gone would leave its jobs for ever.
        return _reads.ReadAsync([.. _look.Keys.Values], cancellationToken);
    }

    /// <summary>A look is over.</summary>
    /// <param name="found">What it has found; null: it failed, and is made again.</param>
    /// <param name="now">The time.</param>
    /// <exception cref="InvalidOperationException">
    /// Retired pages do not say when their jobs may go, or cannot be read; they are left alone, and looked at again after a while.
    /// </exception>
    public void Enter(IReadOnlyDictionary<string, StoredItem>? found, DateTimeOffset now)
    {
        (List<long> due, List<long> further, Dictionary<long, string> keys) = _look!;
        _look = null;
        if (found is null)
        {
            foreach (long page in due)
            {
                _dead.Enqueue(page, now.UtcTicks);
            }

            return;
        }

        if (LooksFurther)
        {
            _unknown = due.Count + further.Count < bounds.PagesInOneLook ? _unknownEnd : further.Count > 0 ? further[^1] + 1 : _unknown;
        }

        string? mistake = null;
        foreach (long page in keys.Keys)
        {
            PageDocument? stored;
            try
            {
                stored = found.TryGetValue(keys[page], out StoredItem item) ? PageDocument.TryParse(item.Value) : null;
            }
            catch (Exception exception) when (UnreadableException.Why(exception) is not null)
            {
                mistake = LeaveAlone(page);
                continue;
            }

            // What is not there was deleted by a commit whose head did not say so: only on a store that does not roll back.
            stored ??= new PageDocument([]) { ExpiresAt = DateTimeOffset.MinValue };
            if (stored.ExpiresAt is not { } expiry)
            {
                mistake = LeaveAlone(page);
                continue;
            }

            DateTimeOffset time = !stored.HasJobs && stored.GuardedUntil > expiry ? stored.GuardedUntil : expiry;
            if (time > now)
            {
                _dead.Enqueue(page, time.UtcTicks);
                if (stored.HasJobs)
                {
                    // One that is there for its keys alone may stay for years, and holds up nothing.
                    _found.Add(page);
                }

                continue;
            }

            foreach (Guid id in stored.Ids.Where(id => id != Guid.Empty))
            {
                _steps.Enqueue(new Step(new JobId(id).ToString()));
            }

            byte[]? kept = stored.GuardedUntil > now ? (stored with { Ids = [], Digest = null }).ToUtf8(page) : null;
            _steps.Enqueue(new Step(keys[page], page, kept, stored.GuardedUntil));
        }

        if (mistake is not null)
        {
            throw new InvalidOperationException(
                $"The page {mistake} is retired, and does not say when its jobs may go, or cannot be read.");
        }

        string LeaveAlone(long page)
        {
            _dead.Enqueue(page, (now + bounds.Aside.Longest).UtcTicks);
            return keys[page];
        }
    }

    /// <summary>A job is as it is now: its page may have something to forget one day.</summary>
    public void Count(Job job)
    {
        if (job is { IsFinished: true, ExpiresAt: { } expiry } && pages.PageOf(job.Order) is var page && _scheduled.Add(page))
        {
            _partly.Enqueue(page, Instant(expiry));
        }
    }

    /// <summary>A page is about to be retired: as a whole it goes when the last of its jobs may.</summary>
    public void Retire(long page) => _dead.Enqueue(page, pages.Live(page)!.LatestExpiry.UtcTicks);

    /// <summary>What to delete next.</summary>
    /// <param name="max">Most operations.</param>
    /// <param name="now">The commit's time.</param>
    /// <param name="written">Pages that this commit writes in any case.</param>
    /// <param name="touched">
    /// Jobs that this commit writes, by their keys; null: none. One that was recalled at the very end of its time goes with a later
    /// commit: written and deleted in one, it would be neither.
    /// </param>
    public Swept Next(int max, DateTimeOffset now, IReadOnlyCollection<long> written, IReadOnlySet<string>? touched = null)
    {
        var documents = new List<StateOperation>();
        (long? emptied, List<int> places) = max > 1 ? NextPart(max - 1, now, written) : (null, []);
        if (emptied is { } due && touched is not null
            && places.Exists(place => touched.Contains(new JobId(pages.Live(due)!.Ids[place]).ToString())))
        {
            (emptied, places) = (null, []);
        }

        if (emptied is { } part)
        {
            IndexPage page = pages.Live(part)!;
            documents.AddRange(places
                .Where(place => place < page.Ids.Length && page.Ids[place] != Guid.Empty)
                .Select(place => new StateOperation(new JobId(page.Ids[place]).ToString(), null)));
            documents.Add(new StateOperation(
                Keys.Page(shard, pages.EpochOf(part)!.Value, part), pages.ToUtf8Without(part, places, now), IsWrittenAgain: true));
        }

        _given = Math.Clamp(max - documents.Count, 0, _steps.Count);
        var removed = new List<long>();
        if (touched is not null)
        {
            _given = _steps.Take(_given).TakeWhile(step => !touched.Contains(step.Key)).Count();
        }

        foreach (Step step in _steps.Take(_given))
        {
            documents.Add(new StateOperation(step.Key, step.Kept));
            if (step is { Page: { } gone, Kept: null })
            {
                removed.Add(gone);
            }
        }

        return _swept = new Swept(documents, removed, emptied, places);
    }

    /// <summary>The commit with what was last given is stored; before its pages are retired and removed.</summary>
    public void Stored()
    {
        for (; _given > 0; _given--)
        {
            Step step = _steps.Dequeue();
            if (step.Page is { } page)
            {
                _found.Remove(page);
                if (step.Kept is not null)
                {
                    pages.Emptied(page);
                    _dead.Enqueue(page, step.Until.UtcTicks);
                }
            }
        }

        if (_swept.Emptied is { } part)
        {
            pages.Empty(part, _swept.Places);
        }

        _swept = Swept.Nothing;
    }

    /// <summary>The next page that goes on without some of its jobs; what is not so far goes back in line.</summary>
    private (long? Page, List<int> Places) NextPart(int max, DateTimeOffset now, IReadOnlyCollection<long> written)
    {
        while (_partly.TryPeek(out long page, out long due) && due <= now.UtcTicks)
        {
            if (written.Contains(page))
            {
                break;
            }

            IndexPage? live = pages.Live(page);
            List<int> places = live?.Expired(now, max) ?? [];
            if (places.Count > 0)
            {
                return (page, places);
            }

            _partly.Dequeue();
            if (live?.FirstExpiry is { } first)
            {
                _partly.Enqueue(page, Instant(first));
            }
            else
            {
                _scheduled.Remove(page);
            }
        }

        return (null, []);
    }

    private List<long> TakeDue(DateTimeOffset now)
    {
        var due = new List<long>();
        while (due.Count < bounds.PagesInOneLook && IsDue(_dead, now))
        {
            due.Add(_dead.Dequeue());
        }

        return due;
    }

    private long Instant(DateTimeOffset expiry) => InstantOf(expiry, bounds);

    private static long InstantOf(DateTimeOffset expiry, ShardBounds bounds) =>
        DateTimeOffset.MaxValue - expiry > bounds.PartSweepGrace ? (expiry + bounds.PartSweepGrace).UtcTicks : long.MaxValue;

    private static bool IsDue(PriorityQueue<long, long> line, DateTimeOffset now) =>
        line.TryPeek(out _, out long due) && due <= now.UtcTicks;

    private static PriorityQueue<long, long> Partly(PageIndex pages, ShardBounds bounds)
    {
        var partly = new PriorityQueue<long, long>();
        foreach (long page in pages.LiveNumbers)
        {
            if (pages.Live(page)!.FirstExpiry is { } first)
            {
                partly.Enqueue(page, InstantOf(first, bounds));
            }
        }

        return partly;
    }

    private sealed record Look(List<long> Due, List<long> Further, Dictionary<long, string> Keys);
}
