using System.Runtime.CompilerServices;
using JobOrchestrator.Core;

namespace JobOrchestrator.Shards;

/// <summary>
/// A shard's jobs for those who look and wait: from the board where they are on it, else from the store. Whoever waits does not notice
/// that the shard is taken anew.
/// </summary>
internal sealed class ShardReads(int shard, JobBoard board, StoreCalls store, TimeProvider time)
{
    /// <summary>The jobs in memory.</summary>
    public JobBoard Board => board;

    /// <inheritdoc cref="IShard.FindAsync"/>
    public async ValueTask<JobLookup> FindAsync(JobId id, CancellationToken cancellationToken)
    {
        if (board.Find(id) is { } job)
        {
            return Kept(job);
        }

        return await ReadAsync(ReadOneAsync, cancellationToken);

        async Task<JobLookup> ReadOneAsync(CancellationToken token) =>
            await store.GetAsync(id.ToString(), Keys.Head(shard), token) is { } item ? Kept(item) : new JobLookup.Unknown();
    }

    /// <inheritdoc cref="IShard.FindManyAsync"/>
    public async Task<IReadOnlyDictionary<JobId, Job>> FindManyAsync(IReadOnlyList<JobId> ids, CancellationToken cancellationToken)
    {
        var found = new Dictionary<JobId, Job>(ids.Count);
        var missing = new List<string>();
        foreach (JobId id in ids)
        {
            if (board.Find(id) is not { } job)
            {
                missing.Add(id.ToString());
            }
            else if (IsKept(job))
            {
                found[id] = job;
            }
        }

        if (missing.Count > 0)
        {
            foreach (Job stored in await ReadAsync(ReadMissingAsync, cancellationToken))
            {
                found[stored.Id] = stored;
            }
        }

        return found;

        async Task<List<Job>> ReadMissingAsync(CancellationToken token)
        {
            IReadOnlyDictionary<string, StoredItem> items = await store.GetManyAsync(missing, Keys.Head(shard), token);
            return [.. items.Values.Select(Kept).OfType<JobLookup.Found>().Select(lookup => lookup.Job)];
        }
    }

    /// <inheritdoc cref="IShard.WaitAsync"/>
    public async Task<JobLookup> WaitAsync(JobId id, JobCondition until, TimeSpan atMost, CancellationToken cancellationToken)
    {
        // Followed before it is looked at, so that no commit slips between the two.
        using Watch watch = board.Follow(id);
        JobLookup lookup = await FindAsync(id, cancellationToken);
        if (lookup is not JobLookup.Found { Job: var job } || until.IsMetBy(job) || atMost <= TimeSpan.Zero)
        {
            return lookup;
        }

        using var timeout = new CancellationTokenSource(atMost, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            while (!until.IsMetBy(job))
            {
                JobEvent news = await watch.Events.ReadAsync(either.Token);
                job = news.Job.Sequence >= job.Sequence ? news.Job : job;
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // The time has passed: the job as it is then.
        }

        return new JobLookup.Found(job);
    }

    /// <inheritdoc cref="IShard.WatchAsync"/>
    public async IAsyncEnumerable<JobEvent> WatchAsync(
        JobId id, long afterSequence, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using Watch watch = board.Follow(id);
        if (await FindAsync(id, cancellationToken) is not JobLookup.Found { Job: var job })
        {
            yield break;
        }

        long seen = afterSequence;
        if (job.Sequence > seen)
        {
            seen = job.Sequence;
            yield return new JobEvent(KindOf(job), job, null);
        }

        while (!job.IsFinished)
        {
            JobEvent news = await watch.Events.ReadAsync(cancellationToken);
            job = news.Job;
            if (job.Sequence > seen)
            {
                seen = job.Sequence;
                yield return news;
            }
        }
    }

    /// <summary>A read of the store.</summary>
    /// <exception cref="StoreUnavailableException">The store did not answer.</exception>
    public static async Task<T> ReadAsync<T>(Func<CancellationToken, Task<T>> read, CancellationToken cancellationToken)
    {
        try
        {
            return await read(cancellationToken);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw new StoreUnavailableException("The state store does not answer.", exception);
        }
    }

    private static JobEventKind KindOf(Job job) => job.Status switch
    {
        JobStatus.Completed => JobEventKind.Completed,
        JobStatus.Failed => JobEventKind.Failed,
        JobStatus.Cancelled => JobEventKind.Cancelled,
        JobStatus.New or JobStatus.InProgress => job.Sequence == 1 ? JobEventKind.Created : JobEventKind.Updated,
    };

    private JobLookup Kept(StoredItem item) =>
        JobDocument.Read(item.Value) is var lookup && lookup is JobLookup.Found { Job: var job } ? Kept(job) : lookup;

    private JobLookup Kept(Job job) => IsKept(job) ? new JobLookup.Found(job) : new JobLookup.Unknown();

    /// <summary>A job past its retention is not shown, even where it is not deleted yet.</summary>
    private bool IsKept(Job job) => !(job.ExpiresAt <= time.GetUtcNow());
}
