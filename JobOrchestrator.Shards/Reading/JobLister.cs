using JobOrchestrator.Core;

namespace JobOrchestrator.Shards;

/// <summary>Lists jobs newest first by walking the index pages of all shards backwards; jobs come from memory where they are, else from the store.</summary>
internal sealed class JobLister(Replica replica, JobBoard board, IStateStore store, TimeProvider time)
{
    private const char CursorKind = 'l';
    private const int JobsInOneRead = 100;

    // A filter that lets little through gets a short page with a cursor further on, rather than a request without end.
    private const int JobsLookedAtMax = 20_000;

    public async Task<JobPage> ListAsync(JobFilter filter, string? cursor, int limit, CancellationToken cancellationToken)
    {
        int shards = replica.ShardCount ?? throw new StoreUnavailableException("The state store has not been reached yet.");
        (long Number, int Offset)[] places = cursor is null
            ? [.. Enumerable.Repeat((long.MaxValue, 0), shards)]
            : Cursor.Read(CursorKind, cursor, shards);

        try
        {
            PageWalk[] walks =
            [
                .. places.Select((place, shard) => new PageWalk(
                    shard, replica.LoadedOf(shard)?.Pages ?? throw new StoreUnavailableException("The shard is not held at the moment."), store, place.Number)),
            ];
            return await WalkAsync(walks, filter, limit, cancellationToken);
        }
        catch (Exception exception) when (exception is not StoreUnavailableException && !cancellationToken.IsCancellationRequested)
        {
            throw new StoreUnavailableException("The state store does not answer.", exception);
        }
    }

    private async Task<JobPage> WalkAsync(PageWalk[] walks, JobFilter filter, int limit, CancellationToken cancellationToken)
    {
        var jobs = new List<Job>();
        int lookedAt = 0;
        bool more = true;
        while (more && jobs.Count < limit && lookedAt < JobsLookedAtMax)
        {
            (List<JobId> ids, more) = await NextIdsAsync(walks, filter, Math.Min(JobsInOneRead, limit - jobs.Count), cancellationToken);
            lookedAt += JobsInOneRead;
            IReadOnlyDictionary<JobId, Job> found = await FindAsync(ids, cancellationToken);
            jobs.AddRange(ids.Where(found.ContainsKey).Select(id => found[id]).Where(job => IsWanted(job, filter)));
        }

        return new JobPage(jobs, more ? Cursor.Write(CursorKind, [.. walks.Select(walk => (walk.Before, 0))]) : null);
    }

    /// <summary>The next ids of all shards, newest first: an id begins with the time of its making.</summary>
    private static async Task<(List<JobId> Ids, bool More)> NextIdsAsync(
        PageWalk[] walks, JobFilter filter, int max, CancellationToken cancellationToken)
    {
        var ids = new List<JobId>(max);
        for (int looked = 0; looked < JobsInOneRead && ids.Count < max; looked++)
        {
            PageWalk? newest = null;
            foreach (PageWalk walk in walks)
            {
                if (await walk.PeekAsync(cancellationToken) is { } id && (newest is null || id.CompareTo(newest.Current!.Value) > 0))
                {
                    newest = walk;
                }
            }

            if (newest is null)
            {
                return (ids, false);
            }

            var jobId = new JobId(newest.Current!.Value);
            newest.Advance();
            DateTimeOffset made = jobId.CreatedAt;
            if (made.AddMilliseconds(1) > (filter.CreatedAfter ?? DateTimeOffset.MinValue) && made < (filter.CreatedBefore ?? DateTimeOffset.MaxValue))
            {
                ids.Add(jobId);
            }
        }

        return (ids, true);
    }

    private async Task<IReadOnlyDictionary<JobId, Job>> FindAsync(List<JobId> ids, CancellationToken cancellationToken)
    {
        var found = new Dictionary<JobId, Job>(ids.Count);
        var missing = new List<JobId>();
        foreach (JobId id in ids)
        {
            if (board.Find(id) is { } job)
            {
                found[id] = job;
            }
            else
            {
                missing.Add(id);
            }
        }

        foreach (IGrouping<int, JobId> shard in missing.GroupBy(id => id.Shard))
        {
            IReadOnlyDictionary<string, StoredItem> items = await replica.Calls.TimedAsync(
                token => store.GetManyAsync([.. shard.Select(id => id.ToString())], Keys.Head(shard.Key), token), cancellationToken);
            foreach (StoredItem item in items.Values)
            {
                if (JobDocument.Read(item.Value) is JobLookup.Found { Job: var job })
                {
                    found[job.Id] = job;
                }
            }
        }

        return found;
    }

    private bool IsWanted(Job job, JobFilter filter) =>
        !(job.ExpiresAt <= time.GetUtcNow())
        && (filter.Status is null || filter.Status == job.Status)
        && (filter.Queue is null || filter.Queue == job.Queue)
        && (filter.Owner is null || filter.Owner == job.Owner)
        && (filter.Type is null || filter.Type == job.Type)
        && (filter.CreatedAfter is null || job.CreatedAt > filter.CreatedAfter)
        && (filter.CreatedBefore is null || job.CreatedAt < filter.CreatedBefore);
}

/// <summary>Walks one shard's pages backwards.</summary>
/// <param name="shard">The shard.</param>
/// <param name="pages">Its pages.</param>
/// <param name="store">Where pages are that are not in memory.</param>
/// <param name="before">Arrival numbers from here on have been passed.</param>
internal sealed class PageWalk(int shard, PageIndex pages, IStateStore store, long before)
{
    private readonly long[] _numbers = [.. new Spans(pages.Spans).Numbers().Where(page => page <= before / IndexPage.Jobs).OrderDescending()];
    private int _page;
    private Guid[]? _ids;
    private int _place;

    /// <summary>Arrival numbers from here on have been passed.</summary>
    public long Before { get; private set; } = before;

    /// <summary>The id under the walk, after a peek.</summary>
    public Guid? Current { get; private set; }

    /// <summary>The next id, or null at the end.</summary>
    public async Task<Guid?> PeekAsync(CancellationToken cancellationToken)
    {
        while (Current is null && _page < _numbers.Length)
        {
            if (_ids is null)
            {
                long number = _numbers[_page];
                _ids = await IdsAsync(number, cancellationToken);
                _place = (int)Math.Min(_ids.Length, Math.Max(0, Before - number * IndexPage.Jobs)) - 1;
            }

            for (; _place >= 0 && _ids[_place] == Guid.Empty; _place--)
            {
                // Jobs that lived in memory only leave gaps.
            }

            if (_place >= 0)
            {
                Current = _ids[_place];
            }
            else
            {
                _ids = null;
                _page++;
            }
        }

        return Current;
    }

    /// <summary>Passes the id under the walk.</summary>
    public void Advance()
    {
        Before = _numbers[_page] * IndexPage.Jobs + _place;
        _place--;
        Current = null;
    }

    private async Task<Guid[]> IdsAsync(long number, CancellationToken cancellationToken)
    {
        if (pages.Live(number) is { } live)
        {
            return live.Ids.ToArray();
        }

        return pages.EpochOf(number) is { } epoch
            && await store.GetAsync(Keys.Page(shard, epoch, number), Keys.Head(shard), cancellationToken) is { } item
            ? IndexPage.Parse(item.Value).Ids
            : [];
    }
}
