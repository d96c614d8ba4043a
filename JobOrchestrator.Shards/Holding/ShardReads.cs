using System.Runtime.CompilerServices;
using JobOrchestrator.Core;

namespace JobOrchestrator.Shards;

/// <summary>
/// A shard's jobs for those who look and wait: from the board while the shard is certainly held here, else from the store. Whoever waits
/// does not notice that the shard is taken anew, and is told nothing that was overtaken elsewhere.
/// </summary>
internal sealed class ShardReads(
    int shard,
    JobBoard board,
    StoreCalls store,
    bool writesInTwoSteps,
    UnreadableDocuments unreadable,
    Func<DateTimeOffset> now,
    TimeProvider time)
{
    private readonly CommittedDocuments _documents = new(store, Keys.Head(shard));
    private volatile ShardStore? _held;

    /// <summary>The jobs in memory.</summary>
    public JobBoard Board => board;

    /// <summary>Whether what is in memory is what is committed.</summary>
    private bool IsCurrent => _held is { Lease.IsSure: true };

    /// <summary>The shard is held here.</summary>
    public void Serve(ShardStore held)
    {
        _held = held;

        // Whoever has come before looks again, and is told from now on.
        board.EndWatches();
    }

    /// <summary>The shard is held here no more.</summary>
    public void Drop()
    {
        _held = null;
        board.Clear();
    }

    /// <inheritdoc cref="IShard.FindAsync"/>
    public async ValueTask<JobLookup> FindAsync(JobId id, CancellationToken cancellationToken)
    {
        if (IsCurrent && FindWhole(id) is { } job)
        {
            return Kept(job);
        }

        string key = id.ToString();
        IReadOnlyDictionary<string, ReadOnlyMemory<byte>> found = await ReadCommittedAsync([key], cancellationToken);
        return found.TryGetValue(key, out ReadOnlyMemory<byte> document) ? Kept(key, document)
            : board.Find(id) is { Durable: false } ? throw InDoubt()
            : new JobLookup.Unknown();
    }

    /// <inheritdoc cref="IShard.FindManyAsync"/>
    public async Task<IReadOnlyDictionary<JobId, Job>> FindManyAsync(
        IReadOnlyList<JobId> ids, JobFilter wanted, CancellationToken cancellationToken)
    {
        bool isCurrent = IsCurrent;
        var found = new Dictionary<JobId, Job>(ids.Count);
        var missing = new List<string>();
        foreach (JobId id in ids)
        {
            if (!isCurrent || board.FindSure(id) is not { } job)
            {
                missing.Add(id.ToString());
            }
            else if (job.Input is { LeftIn: not null })
            {
                // Read for its input alone, if anyone wants it.
                missing.AddRange(wanted.Fits(job) ? [id.ToString()] : []);
            }
            else if (IsKept(job))
            {
                found[id] = job;
            }
        }

        if (missing.Count > 0)
        {
            IReadOnlyDictionary<string, ReadOnlyMemory<byte>> documents = await ReadCommittedAsync(missing, cancellationToken);
            foreach (JobLookup.Found stored in documents.Select(item => Kept(item.Key, item.Value)).OfType<JobLookup.Found>())
            {
                found[stored.Job.Id] = stored.Job;
            }
        }

        return found;
    }

    /// <inheritdoc cref="IShard.WaitAsync"/>
    public async Task<JobLookup> WaitAsync(JobId id, JobCondition until, TimeSpan atMost, CancellationToken cancellationToken)
    {
        long started = time.GetTimestamp();
        while (true)
        {
            // Followed before it is looked at, so that no commit slips between the two.
            using Watch watch = board.Follow(id);
            JobLookup lookup = await LookAsync(id, cancellationToken);
            TimeSpan left = atMost - time.GetElapsedTime(started);
            if (lookup is not JobLookup.Found { Job: var job })
            {
                return lookup;
            }

            if (until.IsMetBy(job) || left <= TimeSpan.Zero)
            {
                return await WholeAsync(job, cancellationToken);
            }

            using var timeout = new CancellationTokenSource(left, time);
            (job, bool isOver) = await FollowAsync(watch, job, until, timeout, cancellationToken);
            if (until.IsMetBy(job) || (isOver && IsCurrent))
            {
                return await WholeAsync(job, cancellationToken);
            }

            // What became of it may be committed elsewhere: it is looked at once more.
        }
    }

    /// <inheritdoc cref="IShard.HearAsync"/>
    /// <exception cref="StoreUnavailableException">The shard is not certainly held here, or is no more.</exception>
    public async Task<IReadOnlyList<LeaseNews>> HearAsync(
        IReadOnlyList<NamedLease> leases, IReadOnlySet<string>? queues, TimeSpan atMost, CancellationToken cancellationToken)
    {
        long started = time.GetTimestamp();

        // Followed before they are looked at, so that no commit slips between the two.
        using LeaseWatch watch = board.Follow(leases);
        while (true)
        {
            if (watch.HasEnded || !IsCurrent)
            {
                // To read what is committed elsewhere would be to poll the store; meanwhile the worker's heartbeats are told.
                throw InDoubt();
            }

            LeaseNews[] news = [.. leases.Select(lease => new LeaseNews(lease, board.Find(lease.JobId))).Where(IsWorthTelling)];
            TimeSpan left = atMost - time.GetElapsedTime(started);
            if (news.Length > 0 || left <= TimeSpan.Zero)
            {
                return news;
            }

            await watch.WokenAsync(left, time, cancellationToken);
        }

        bool IsWorthTelling(LeaseNews news) =>
            news.Job is not { } job
            || queues?.Contains(job.Queue) == false
            || job.StandingOf(news.Lease.Token) is LeaseStanding.CancelRequested or LeaseStanding.Over;
    }

    /// <inheritdoc cref="IShard.WatchAsync"/>
    public async IAsyncEnumerable<JobEvent> WatchAsync(
        JobId id, long afterSequence, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // Nothing that is told has an input, or any other value.
        using Watch watch = board.Follow(id, eventsOnly: true);
        if (await LookAsync(id, cancellationToken) is not JobLookup.Found { Job: var job })
        {
            yield break;
        }

        // Who has seen more than there is has seen another's, or what a store that was put back has no more: he would wait for it, and
        // miss even the end.
        long seen = afterSequence > job.Sequence ? 0 : afterSequence;
        if (job.Sequence > seen)
        {
            seen = job.Sequence;
            yield return new JobEvent(KindOf(job), job, null);
        }

        // Where the shard is not certainly held, nobody would tell: whoever watches comes again, and says how far he has got.
        while (!job.IsFinished && IsCurrent && await watch.Events.WaitToReadAsync(cancellationToken))
        {
            while (!job.IsFinished && watch.Events.TryRead(out JobEvent? news))
            {
                job = news.Job;
                if (job.Sequence > seen)
                {
                    seen = job.Sequence;
                    yield return news;
                }
            }
        }
    }

    /// <summary>The job as committed, perhaps without its input.</summary>
    private async ValueTask<JobLookup> LookAsync(JobId id, CancellationToken cancellationToken) =>
        IsCurrent && board.FindSure(id) is { } job ? Kept(job) : await FindAsync(id, cancellationToken);

    /// <summary>A job that was looked at or told of, with its input.</summary>
    private async ValueTask<JobLookup> WholeAsync(Job job, CancellationToken cancellationToken) =>
        job.Input is { LeftIn: not null } ? await FindAsync(job.Id, cancellationToken) : new JobLookup.Found(job);

    /// <summary>The committed job, if memory is sure of it and has all of it.</summary>
    private Job? FindWhole(JobId id) => board.FindSure(id) is { Input: not { LeftIn: not null } } job ? job : null;

    /// <summary>A read of the store.</summary>
    /// <exception cref="StoreUnavailableException">The store did not answer, or a page cannot be read.</exception>
    public async Task<T> ReadAsync<T>(Func<CancellationToken, Task<T>> read, CancellationToken cancellationToken)
    {
        try
        {
            return await read(cancellationToken);
        }
        catch (UnreadableException exception)
        {
            if (exception.Key is { } key)
            {
                unreadable.Add(key, exception.Reason, isAside: false);
            }

            throw new StoreUnavailableException("A document of the state store cannot be read.", exception);
        }
        catch (Exception exception) when (
            exception is CallException || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            // Anything else is a fault of ours, and is not told as the store's.
            throw new StoreUnavailableException("The state store does not answer.", exception);
        }
    }

    /// <summary>Follows a job until it is as it should be, the time has passed, or nothing more is told here.</summary>
    private static async Task<(Job Job, bool IsOver)> FollowAsync(
        Watch watch, Job job, JobCondition until, CancellationTokenSource timeout, CancellationToken cancellationToken)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            while (!until.IsMetBy(job) && await watch.Events.WaitToReadAsync(either.Token))
            {
                while (!until.IsMetBy(job) && watch.Events.TryRead(out JobEvent? news))
                {
                    job = news.Job.Sequence >= job.Sequence ? news.Job : job;
                }
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return (job, true);
        }

        return (job, false);
    }

    /// <summary>Documents as committed; the holder knows himself what is not written yet.</summary>
    private Task<IReadOnlyDictionary<string, ReadOnlyMemory<byte>>> ReadCommittedAsync(
        IReadOnlyList<string> keys, CancellationToken cancellationToken)
    {
        ShardStore? held = _held;
        bool isSure = held is { Lease.IsSure: true } && !board.IsAnyUnderWay;
        IReadOnlyList<BatchEntry>? batch = !writesInTwoSteps ? [] : isSure ? held!.Unwritten : null;
        return ReadAsync(token => _documents.ReadAsync(keys, batch, token), cancellationToken);
    }

    private static StoreUnavailableException InDoubt() => new("The shard may be held by another replica.");

    private static JobEventKind KindOf(Job job) => job.Status switch
    {
        JobStatus.Completed => JobEventKind.Completed,
        JobStatus.Failed => JobEventKind.Failed,
        JobStatus.Cancelled => JobEventKind.Cancelled,
        JobStatus.New or JobStatus.InProgress => job.Sequence == 1 ? JobEventKind.Created : JobEventKind.Updated,
    };

    private JobLookup Kept(string key, ReadOnlyMemory<byte> document)
    {
        JobLookup lookup = JobDocument.Read(document);
        if (lookup is JobLookup.Found { Job: var another } && another.Id.ToString() != key)
        {
            lookup = new JobLookup.Unreadable("it is another job's.");
        }

        if (lookup is JobLookup.Unreadable { Reason: var reason })
        {
            unreadable.Add(key, reason, isAside: false);
            return lookup;
        }

        // One that was repaired since would look as though it went on, and it does so from the next load on.
        if (IsCurrent && unreadable.ReasonAside(key) is { } aside)
        {
            return new JobLookup.Unreadable(aside);
        }

        unreadable.Remove(key);
        return lookup is JobLookup.Found { Job: var job } ? Kept(job) : lookup;
    }

    private JobLookup Kept(Job job) => IsKept(job) ? new JobLookup.Found(job) : new JobLookup.Unknown();

    /// <summary>A job past its retention is not shown, even where it is not deleted yet.</summary>
    private bool IsKept(Job job) => !(job.ExpiresAt <= now());
}
