using JobOrchestrator.Core;

namespace JobOrchestrator.Shards;

/// <summary>Lists jobs newest first by walking the ids of all shards backwards.</summary>
internal sealed class JobLister(IShardMap shards, ReadBounds bounds)
{
    private const char CursorKind = 'l';

    public async Task<JobPage> ListAsync(JobFilter filter, string? cursor, int limit, CancellationToken cancellationToken)
    {
        (long Number, int Offset)[] places = cursor is null
            ? [.. Enumerable.Repeat((long.MaxValue, 0), shards.Count)]
            : Cursor.Read(CursorKind, cursor, shards.Count);
        PageWalk[] walks = [.. places.Select((place, shard) => new PageWalk(shards.Of(shard), place.Number))];
        return await WalkAsync(walks, filter, limit, cancellationToken);
    }

    private async Task<JobPage> WalkAsync(PageWalk[] walks, JobFilter filter, int limit, CancellationToken cancellationToken)
    {
        var jobs = new List<Job>();
        int lookedAt = 0;
        bool more = true;
        while (more && jobs.Count < limit && lookedAt < bounds.JobsLookedAtMax)
        {
            int wanted = Math.Min(bounds.JobsInOneRead, limit - jobs.Count);
            (List<JobId> ids, more) = await NextIdsAsync(walks, filter, wanted, cancellationToken);
            lookedAt += bounds.JobsInOneRead;
            IReadOnlyDictionary<JobId, Job> found = await FindAsync(ids, cancellationToken);
            jobs.AddRange(ids.Where(found.ContainsKey).Select(id => found[id]).Where(job => IsWanted(job, filter)));
        }

        return new JobPage(jobs, more ? Cursor.Write(CursorKind, [.. walks.Select(walk => (walk.Before, 0))]) : null);
    }

    /// <summary>The next ids of all shards, newest first: an id begins with the time of its making.</summary>
    private async Task<(List<JobId> Ids, bool More)> NextIdsAsync(
        PageWalk[] walks, JobFilter filter, int max, CancellationToken cancellationToken)
    {
        var ids = new List<JobId>(max);
        for (int looked = 0; looked < bounds.JobsInOneRead && ids.Count < max; looked++)
        {
            PageWalk? newest = null;
            foreach (PageWalk walk in walks)
            {
                if (await walk.PeekAsync(cancellationToken) is { } id
                    && (newest is null || id.Value.CompareTo(newest.Current!.Value.Value) > 0))
                {
                    newest = walk;
                }
            }

            if (newest is null)
            {
                return (ids, false);
            }

            JobId jobId = newest.Current!.Value;
            newest.Advance();
            DateTimeOffset made = jobId.CreatedAt;
            if (made.AddMilliseconds(1) > (filter.CreatedAfter ?? DateTimeOffset.MinValue)
                && made < (filter.CreatedBefore ?? DateTimeOffset.MaxValue))
            {
                ids.Add(jobId);
            }
        }

        return (ids, true);
    }

    private async Task<IReadOnlyDictionary<JobId, Job>> FindAsync(List<JobId> ids, CancellationToken cancellationToken)
    {
        var found = new Dictionary<JobId, Job>(ids.Count);
        foreach (IGrouping<int, JobId> shard in ids.GroupBy(id => id.Shard))
        {
            foreach ((JobId id, Job job) in await shards.Of(shard.Key).FindManyAsync([.. shard], cancellationToken))
            {
                found[id] = job;
            }
        }

        return found;
    }

    private static bool IsWanted(Job job, JobFilter filter) =>
        (filter.Status is null || filter.Status == job.Status)
        && (filter.Queue is null || filter.Queue == job.Queue)
        && (filter.Owner is null || filter.Owner == job.Owner)
        && (filter.Type is null || filter.Type == job.Type)
        && (filter.CreatedAfter is null || job.CreatedAt > filter.CreatedAfter)
        && (filter.CreatedBefore is null || job.CreatedAt < filter.CreatedBefore);
}
