using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using JobOrchestrator.Core;
using JobOrchestrator.Waiting;

namespace JobOrchestrator.Shards;

/// <summary>
/// The shards as everything that answers callers sees them: each call goes to the shard that it is about, or to all of them.
/// </summary>
/// <param name="shards">The shards.</param>
/// <param name="randomness">For ids.</param>
/// <param name="time">The clock.</param>
/// <param name="patience">How long a command waits while its shard cannot take it; null: it is refused at once.</param>
/// <param name="bounds">How much one read looks at; null: the usual numbers.</param>
internal sealed partial class JobShards(
    IShardMap shards, Randomness randomness, TimeProvider time, Patience? patience = null, ReadBounds? bounds = null) : IJobShards
{
    private readonly ReadBounds _bounds = bounds ?? new ReadBounds();
    private readonly JobLister _lister = new(shards, bounds ?? new ReadBounds(), time);
    private readonly FeedReader _feed = new(shards, bounds ?? new ReadBounds(), time);
    private readonly QueueLister _queues = new(shards);

    public WriteLimits OneWrite => shards.OneWrite;

    public DateTimeOffset Now => shards.Now;

    public int ShardOf(string queue)
    {
        int count = shards.Count;
        if (count == 1)
        {
            return 0;
        }

        // The first eight bytes of SHA-256: the same on every machine and in every version, for ever.
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(queue), hash);
        return (int)(BitConverter.ToUInt64(hash) % (ulong)count);
    }

    public JobId NewId(string queue) => JobId.Create(Now, ShardOf(queue), randomness.Next());

    public async Task<Outcome> ProposeAsync(int shard, Command command, CancellationToken cancellationToken)
    {
        if (shard >= shards.Count)
        {
            return command is Command.OnJob onJob
                ? new Outcome.Refused(new Refusal.UnknownJob(onJob.JobId))
                : throw new ArgumentOutOfRangeException(nameof(shard));
        }

        long started = time.GetTimestamp();
        StoreUnavailableException refusal;
        try
        {
            return await shards.Of(shard).ProposeAsync(command, patience?.FirstTry ?? TimeSpan.MaxValue, cancellationToken);
        }
        catch (StoreUnavailableException exception) when (patience is not null)
        {
            refusal = exception;
        }

        return await patience.TryAgainAsync(shards, shard, command, started, refusal, cancellationToken);
    }

    public ValueTask<JobLookup> FindAsync(JobId id, CancellationToken cancellationToken) =>
        IsAnywhere(id) ? shards.Of(id.Shard).FindAsync(id, cancellationToken) : ValueTask.FromResult<JobLookup>(new JobLookup.Unknown());

    public Task<JobLookup> WaitAsync(JobId id, JobCondition until, TimeSpan atMost, CancellationToken cancellationToken) =>
        IsAnywhere(id)
            ? shards.Of(id.Shard).WaitAsync(id, until, atMost, cancellationToken)
            : Task.FromResult<JobLookup>(new JobLookup.Unknown());

    public Task<JobPage> ListAsync(JobFilter filter, string? cursor, int limit, CancellationToken cancellationToken) =>
        _lister.ListAsync(filter, cursor, limit, cancellationToken);

    public async Task<IReadOnlyList<Job>> LiveAsync(JobFilter filter, int limit, CancellationToken cancellationToken)
    {
        IReadOnlyList<Job>[] found = await Together.AllAsync(Enumerable.Range(0, shards.Count).Select(
            shard => shards.Of(shard).LiveAsync(filter, PageWalk.Start(filter), limit, cancellationToken)));
        return [.. found.SelectMany(jobs => jobs).OrderByDescending(job => job.Id.Value).Take(limit)];
    }

    public bool IsPaused(string queue) => shards.Of(ShardOf(queue)).IsPaused(queue);

    public Task<FeedPage> ReadFeedAsync(string? after, FeedFilter filter, int limit, TimeSpan wait, CancellationToken cancellationToken) =>
        _feed.ReadAsync(after, filter, limit, wait, cancellationToken);

    public async Task<JobChangesPage> ChangesAsync(Job job, string? cursor, CancellationToken cancellationToken)
    {
        ChangesPlace? after = cursor is null ? null : ChangesCursor.Read(job.Id, cursor);
        IShard shard = shards.Of(job.Id.Shard);
        await shard.CatchUpAsync(_bounds.CaughtUpWithin, cancellationToken);
        ShardChanges found = await shard.ChangesAsync(job, after, cancellationToken);
        return new JobChangesPage(found.Changes, found.Next is { } next ? ChangesCursor.Write(job.Id, next) : null);
    }

    public async IAsyncEnumerable<JobEvent> WatchAsync(
        JobId id, long afterSequence, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (!IsAnywhere(id))
        {
            yield break;
        }

        await foreach (JobEvent news in shards.Of(id.Shard).WatchAsync(id, afterSequence, cancellationToken))
        {
            yield return news;
        }
    }

    public Task<JobSituation?> LocateAsync(Job job, CancellationToken cancellationToken) =>
        shards.Of(job.Id.Shard).LocateAsync(job, cancellationToken);

    public Task<TimeSpan?> LeftAsync(Job job, CancellationToken cancellationToken) =>
        shards.Of(job.Id.Shard).LeftAsync(job, cancellationToken);

    public Task<QueueStatistics> QueueAsync(string queue, CancellationToken cancellationToken) =>
        shards.Of(ShardOf(queue)).QueueAsync(queue, cancellationToken);

    public Task<QueuePage> QueuesAsync(IReadOnlySet<string>? among, string? cursor, int limit, CancellationToken cancellationToken) =>
        among is null
            ? _queues.ListAsync(cursor, limit, cancellationToken)
            : QueueLister.ListAsync(among, QueueAsync, cursor, limit, cancellationToken);

    public Task<IReadOnlyList<HistoryAnswer?>> HistoryAsync(HistoryAsk ask, CancellationToken cancellationToken) =>
        OfEachAsync(shard => shard.HistoryAsync(ask, cancellationToken));

    public Task<IReadOnlyList<ShardWorkers?>> WorkersAsync(CancellationToken cancellationToken) =>
        OfEachAsync(shard => shard.WorkersAsync(cancellationToken));

    public Task<IReadOnlyList<ErrorsAnswer?>> ErrorsAsync(ErrorWindow window, string? owner, CancellationToken cancellationToken) =>
        OfEachAsync(shard => shard.ErrorsAsync(window, owner, cancellationToken));

    public Task<IReadOnlyList<ShardOwners?>> OwnersAsync(ErrorWindow window, string? owner, CancellationToken cancellationToken) =>
        OfEachAsync(shard => shard.OwnersAsync(window, owner, cancellationToken));

    public Task<IReadOnlyList<ShardStanding?>> StandingsAsync(CancellationToken cancellationToken) =>
        OfEachAsync(shard => shard.StandingAsync(cancellationToken));

    public Task<IReadOnlyList<ShardAudit?>> AuditAsync(CancellationToken cancellationToken) =>
        OfEachAsync(shard => shard.AuditAsync(cancellationToken));

    /// <summary>What each shard answers, by number; null: nobody holds it at the moment.</summary>
    private async Task<IReadOnlyList<T?>> OfEachAsync<T>(Func<IShard, Task<T>> ask)
        where T : class
    {
        return await Together.AllAsync(Enumerable.Range(0, shards.Count).Select(AskAsync));

        async Task<T?> AskAsync(int shard)
        {
            try
            {
                return await ask(shards.Of(shard));
            }
            catch (StoreUnavailableException)
            {
                return null;
            }
        }
    }

    /// <summary>An id that names a shard which this store does not have is no job's.</summary>
    private bool IsAnywhere(JobId id) => id.Shard < shards.Count;
}
