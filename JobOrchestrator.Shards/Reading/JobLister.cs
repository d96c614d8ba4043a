using JobOrchestrator.Core;

namespace JobOrchestrator.Shards;

/// <summary>Lists jobs newest first by walking the ids of all shards backwards, or oldest first by walking them forwards.</summary>
internal sealed class JobLister(IShardMap shards, ReadBounds bounds, TimeProvider time)
{
    private const char NewestFirst = 'l';
    private const char OldestFirst = 'o';

    // An id is made when a request is read, by that replica's clock, and its job when the commit is decided, by the holder's. Between them
    // lie what waited for a store that was away, and the parts of a large batch that went before. A wider margin costs a look for each job
    // in it, a narrower one would pass over jobs that are wanted.
    private static readonly TimeSpan IdToCommitMax = TimeSpan.FromMinutes(10);

    /// <inheritdoc cref="IJobShards.ListAsync"/>
    public async Task<JobPage> ListAsync(JobFilter filter, string? cursor, int limit, CancellationToken cancellationToken)
    {
        (long Number, int Offset)[] places = cursor is null
            ? [.. Enumerable.Repeat((PageWalk.Start(filter), 0), shards.Count)]
            : Cursor.Read(KindOf(filter), cursor, shards.Count);
        PageWalk[] walks = [.. places.Select((place, shard) => new PageWalk(shards.Of(shard), filter, place.Number))];
        return await WalkAsync(walks, filter, limit, cancellationToken);
    }

    private async Task<JobPage> WalkAsync(PageWalk[] walks, JobFilter filter, int limit, CancellationToken cancellationToken)
    {
        long began = time.GetTimestamp();
        DateTimeOffset? lookedTo = null;
        var jobs = new List<Job>();
        int lookedAt = 0, inOneRead = Math.Min(bounds.JobsInFirstRead, bounds.JobsInOneRead);
        long bytes = 0;
        bool more = true, isRare = false;
        while (more && jobs.Count < limit && GoesOn())
        {
            // Where few are wanted, as many are looked up at once as may be, and the rest of them is taken back.
            int max = isRare ? inOneRead : Math.Min(inOneRead, limit - jobs.Count);
            int before = jobs.Count;
            int pagesBefore = PagesOf(walks);
            (List<Passed> passed, more) = await NextIdsAsync(
                walks, filter, max, () => GoesOn(PagesOf(walks) - pagesBefore), cancellationToken);
            lookedAt += PagesOf(walks) - pagesBefore + (passed.Count > 0 ? bounds.JobsInOneRead : 0);
            lookedTo = (passed.Count > 0 ? passed[^1].Id.CreatedAt : LookedTo(walks, filter)) ?? lookedTo;
            IReadOnlyDictionary<JobId, Job> found = await FindAsync(passed.ConvertAll(one => one.Id), filter, cancellationToken);
            long bytesBefore = bytes;
            for (int i = 0; i < passed.Count; i++)
            {
                if (!found.TryGetValue(passed[i].Id, out Job? job) || !filter.Fits(job))
                {
                    continue;
                }

                bytes += BytesOf(job);
                if (jobs.Count == limit || (bytes > bounds.PageBytesMax && jobs.Count > 0))
                {
                    Return(passed, i);
                    return new JobPage(jobs, CursorAt(walks, filter), lookedAt);
                }

                jobs.Add(job);
            }

            isRare = jobs.Count - before < passed.Count / 2;
            long largest = found.Count == 0 ? 0 : found.Values.Max(BytesOf);
            inOneRead = largest == 0
                ? bounds.JobsInOneRead
                : (int)Math.Clamp((bounds.PageBytesMax - bytesBefore) / largest, 1, bounds.JobsInOneRead);
        }

        return new JobPage(jobs, more ? CursorAt(walks, filter) : null, lookedAt) { LookedBackTo = more ? lookedTo : null };

        // Who has found something has a page to read meanwhile; who has found nothing would only ask again.
        bool GoesOn(int further = 0)
        {
            TimeSpan spent = time.GetElapsedTime(began);
            return filter.LooksMax is { } looks ? lookedAt + further < looks
                : filter.Within is { } most ? spent < most
                : jobs.Count == 0 ? spent < bounds.NothingWithin
                : lookedAt + further < bounds.JobsLookedAtMax && spent < bounds.FoundWithin;
        }
    }

    private static int PagesOf(PageWalk[] walks) => walks.Sum(walk => walk.LookedAt);

    /// <summary>What all walks have passed without a look at the ids; null: one of them has got no further.</summary>
    private static DateTimeOffset? LookedTo(PageWalk[] walks, JobFilter filter)
    {
        DateTimeOffset?[] places =
            [.. walks.Where(walk => walk.Current is not null || walk.IsStopped).Select(walk => walk.Current?.CreatedAt ?? walk.LookedTo)];
        return Array.Exists(places, place => place is null) ? null : filter.OldestFirst ? places.Min() : places.Max();
    }

    private static char KindOf(JobFilter filter) => filter.OldestFirst ? OldestFirst : NewestFirst;

    private static string CursorAt(PageWalk[] walks, JobFilter filter) =>
        Cursor.Write(KindOf(filter), [.. walks.Select(walk => (walk.Beyond, 0))]);

    /// <summary>Takes back the passing of all ids from a place on.</summary>
    private static void Return(List<Passed> passed, int from)
    {
        for (int i = passed.Count - 1; i >= from; i--)
        {
            passed[i].Walk.EndAt(passed[i].InFrontOfIt);
        }
    }

    /// <summary>Roughly what a job takes in an answer.</summary>
    private static long BytesOf(Job job) =>
        1_024L + (job.Input?.Length ?? 0) + (job.State?.Length ?? 0) + (job.Result?.Length ?? 0) + (job.Error?.Detail?.Length ?? 0);

    /// <summary>
    /// The next ids of all shards, newest or oldest first: an id begins with the time of its making. None, though there are more, where
    /// one of the walks has passed many pages and stopped.
    /// </summary>
    private async Task<(List<Passed> Ids, bool More)> NextIdsAsync(
        PageWalk[] walks, JobFilter filter, int max, Func<bool> goesOn, CancellationToken cancellationToken)
    {
        DateTimeOffset after = filter.CreatedAfter is { } from && from - DateTimeOffset.MinValue > IdToCommitMax
            ? from - IdToCommitMax
            : DateTimeOffset.MinValue;
        DateTimeOffset before = filter.CreatedBefore is { } to && DateTimeOffset.MaxValue - to > IdToCommitMax
            ? to + IdToCommitMax
            : DateTimeOffset.MaxValue;
        var ids = new List<Passed>(max);
        for (int looked = 0; looked < bounds.JobsInOneRead && ids.Count < max; looked++)
        {
            PageWalk? next = null;
            foreach (PageWalk walk in walks)
            {
                JobId? peeked = await walk.PeekAsync(goesOn, cancellationToken);
                if (walk.IsStopped)
                {
                    return (ids, true);
                }

                if (peeked is { } id
                    && (next is null || id.Value.CompareTo(next.Current!.Value.Value) > 0 != filter.OldestFirst))
                {
                    next = walk;
                }
            }

            if (next is null)
            {
                return (ids, false);
            }

            JobId jobId = next.Current!.Value;
            long inFrontOfIt = next.Beyond;
            next.Advance();

            // Which of them fit is seen when they are looked up: those far from it are not.
            if (jobId.CreatedAt >= after && jobId.CreatedAt <= before && filter.IdTest?.Invoke(jobId) != false)
            {
                ids.Add(new Passed(jobId, next, inFrontOfIt));
            }
        }

        return (ids, true);
    }

    private async Task<IReadOnlyDictionary<JobId, Job>> FindAsync(
        List<JobId> ids, JobFilter filter, CancellationToken cancellationToken)
    {
        var found = new Dictionary<JobId, Job>(ids.Count);
        foreach (IGrouping<int, JobId> shard in ids.GroupBy(id => id.Shard))
        {
            foreach ((JobId id, Job job) in await shards.Of(shard.Key).FindManyAsync([.. shard], filter, cancellationToken))
            {
                found[id] = job;
            }
        }

        return found;
    }

    /// <summary>An id that a walk has passed, and where the walk stood in front of it.</summary>
    private readonly record struct Passed(JobId Id, PageWalk Walk, long InFrontOfIt);
}
