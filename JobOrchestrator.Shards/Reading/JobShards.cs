using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using JobOrchestrator.Core;

namespace JobOrchestrator.Shards;

/// <summary>The shards as everything that answers callers sees them.</summary>
internal sealed partial class JobShards(Replica replica, JobBoard board, IStateStore store, Randomness randomness, TimeProvider time) : IJobShards
{
    private readonly JobLister _lister = new(replica, board, store, time);
    private readonly FeedReader _feed = new(replica, store, time);

    public WriteLimits OneWrite => replica.Limits?.OneWrite ?? throw NotReady();

    public int ShardOf(string queue)
    {
        int shards = replica.ShardCount ?? throw NotReady();
        if (shards == 1)
        {
            return 0;
        }

        // The first eight bytes of SHA-256: the same on every machine and in every version, for ever.
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(queue), hash);
        return (int)(BitConverter.ToUInt64(hash) % (ulong)shards);
    }

    public JobId NewId(string queue) => JobId.Create(time.GetUtcNow(), ShardOf(queue), randomness.Next());

    public async Task<Outcome> ProposeAsync(int shard, Command command, CancellationToken cancellationToken)
    {
        if (shard >= (replica.ShardCount ?? throw NotReady()))
        {
            return command is Command.OnJob onJob
                ? new Outcome.Refused(new Refusal.UnknownJob(onJob.JobId))
                : throw new ArgumentOutOfRangeException(nameof(shard));
        }

        var envelope = new Envelope(command);
        Post(LoopOf(shard), envelope);
        return await AnswerAsync(envelope, cancellationToken);
    }

    public async ValueTask<JobLookup> FindAsync(JobId id, CancellationToken cancellationToken)
    {
        if (board.Find(id) is { } job)
        {
            return Kept(job);
        }

        if (id.Shard >= (replica.ShardCount ?? throw NotReady()))
        {
            return new JobLookup.Unknown();
        }

        try
        {
            StoredItem? item = await replica.Calls.TimedAsync(token => store.GetAsync(id.ToString(), Keys.Head(id.Shard), token), cancellationToken);
            return item is not { } found
                ? new JobLookup.Unknown()
                : JobDocument.Read(found.Value) is var lookup && lookup is JobLookup.Found { Job: var stored } ? Kept(stored) : lookup;
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw new StoreUnavailableException("The state store does not answer.", exception);
        }
    }

    public async Task<JobLookup> WaitAsync(JobId id, Func<Job, bool> wanted, TimeSpan atMost, CancellationToken cancellationToken)
    {
        // Followed before it is looked at, so that no commit slips between the two.
        using Watch watch = board.Follow(id);
        JobLookup lookup = await FindAsync(id, cancellationToken);
        if (lookup is not JobLookup.Found { Job: var job } || wanted(job) || atMost <= TimeSpan.Zero)
        {
            return lookup;
        }

        using var timeout = new CancellationTokenSource(atMost, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            while (!wanted(job))
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

    public Task<JobPage> ListAsync(JobFilter filter, string? cursor, int limit, CancellationToken cancellationToken) =>
        _lister.ListAsync(filter, cursor, limit, cancellationToken);

    public Task<FeedPage> ReadFeedAsync(string? after, FeedFilter filter, int limit, TimeSpan wait, CancellationToken cancellationToken) =>
        _feed.ReadAsync(after, filter, limit, wait, cancellationToken);

    public async IAsyncEnumerable<JobEvent> WatchAsync(JobId id, long afterSequence, [EnumeratorCancellation] CancellationToken cancellationToken)
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

    public async Task<IReadOnlyList<QueueStatistics>> QueuesAsync(CancellationToken cancellationToken)
    {
        int shards = replica.ShardCount ?? throw NotReady();
        IReadOnlyList<QueueStatistics>[] all =
            await Task.WhenAll(Enumerable.Range(0, shards).Select(shard => LoopOf(shard).QueuesAsync())).WaitAsync(cancellationToken);
        DateTimeOffset now = time.GetUtcNow();
        Dictionary<string, DateTimeOffset> oldest = OldestReady(now);
        return
        [
            .. all.SelectMany(queues => queues)
                .OrderBy(queue => queue.Name, StringComparer.Ordinal)
                .Select(queue => oldest.TryGetValue(queue.Name, out DateTimeOffset since) ? queue with { OldestAge = now - since } : queue),
        ];
    }

    /// <summary>By queue, since when the oldest ready job waits. A scan, so that the commit loops need not keep it.</summary>
    private Dictionary<string, DateTimeOffset> OldestReady(DateTimeOffset now)
    {
        var oldest = new Dictionary<string, DateTimeOffset>();
        foreach (Job job in board.Jobs)
        {
            if (job.Status == JobStatus.New && job.RunAt <= now && (!oldest.TryGetValue(job.Queue, out DateTimeOffset since) || job.RunAt < since))
            {
                oldest[job.Queue] = job.RunAt;
            }
        }

        return oldest;
    }

    private static JobEventKind KindOf(Job job) => job.Status switch
    {
        JobStatus.Completed => JobEventKind.Completed,
        JobStatus.Failed => JobEventKind.Failed,
        JobStatus.Cancelled => JobEventKind.Cancelled,
        JobStatus.New or JobStatus.InProgress => job.Sequence == 1 ? JobEventKind.Created : JobEventKind.Updated,
    };

    private static StoreUnavailableException NotReady() => new("The state store has not been reached yet.");

    private JobLookup Kept(Job job) =>
        job.ExpiresAt <= time.GetUtcNow() ? new JobLookup.Unknown() : new JobLookup.Found(job);

    private CommitLoop LoopOf(int shard) =>
        replica.LoopOf(shard) is not { } loop
            ? throw new StoreUnavailableException("The shard is not held at the moment.")
            : loop.IsReachable ? loop : throw new StoreUnavailableException("The state store does not answer.");

    private static void Post(CommitLoop loop, Envelope envelope)
    {
        if (!loop.TryPost(envelope))
        {
            throw new TooBusyException("More commands wait than can be held.");
        }
    }

    private async Task<Outcome> AnswerAsync(Envelope envelope, CancellationToken cancellationToken)
    {
        try
        {
            return await envelope.Task.WaitAsync(replica.Limits!.Answer, time, cancellationToken);
        }
        catch (TimeoutException)
        {
            throw envelope.TryWithdraw()
                ? new StoreUnavailableException("The command waited too long for its turn; nothing was written.")
                : new OutcomeUnknownException("Time ran out while the command was being written.");
        }
    }
}
