using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using JobOrchestrator.Core;
using JobOrchestrator.Shards;

namespace JobOrchestrator.Tests;

/// <summary>The shards, and a test that looks on: it sees who waits, and can act in the moment before a call goes on.</summary>
internal sealed class ObservedShards(IJobShards shards) : IJobShards
{
    private readonly ConcurrentDictionary<object, Task> _waits = new();
    private int _begun;
    private int _found;

    /// <summary>Called before a command is proposed, a lease too.</summary>
    public Func<Command, Task>? Proposing { get; set; }

    /// <summary>Called before a job is looked up by itself.</summary>
    public Func<Task>? Finding { get; set; }

    /// <summary>Called before a wait for a job begins.</summary>
    public Func<Task>? WaitBegins { get; set; }

    /// <summary>Called with each shard's accounts: returns what is told in their place; null: nobody holds it.</summary>
    public Func<ShardAudit, ShardAudit?>? Auditing { get; set; }

    /// <summary>How many wait right now, each with its clock running: for a job, a lease, an event.</summary>
    public int Waiting => _waits.Count(wait => !wait.Value.IsCompleted);

    /// <summary>How many waits have begun so far.</summary>
    public int WaitsBegun => Volatile.Read(ref _begun);

    /// <summary>How many jobs have been looked up, each by itself.</summary>
    public int LookedUp => Volatile.Read(ref _found);

    public WriteLimits OneWrite => shards.OneWrite;

    public DateTimeOffset Now => shards.Now;

    public int ShardOf(string queue) => shards.ShardOf(queue);

    public JobId NewId(string queue) => shards.NewId(queue);

    public async Task<Outcome> ProposeAsync(int shard, Command command, CancellationToken cancellationToken)
    {
        await (Proposing?.Invoke(command) ?? Task.CompletedTask);
        return await shards.ProposeAsync(shard, command, cancellationToken);
    }

    public async Task<IReadOnlyList<Job>> LeaseAsync(Command.Lease lease, TimeSpan wait, CancellationToken cancellationToken)
    {
        await (Proposing?.Invoke(lease) ?? Task.CompletedTask);
        return await WhileSeenAsync(shards.LeaseAsync(lease, wait, cancellationToken), wait);
    }

    public async ValueTask<JobLookup> FindAsync(JobId id, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _found);
        await (Finding?.Invoke() ?? Task.CompletedTask);
        return await shards.FindAsync(id, cancellationToken);
    }

    public async Task<JobLookup> WaitAsync(JobId id, JobCondition until, TimeSpan atMost, CancellationToken cancellationToken)
    {
        await (WaitBegins?.Invoke() ?? Task.CompletedTask);
        return await WhileSeenAsync(shards.WaitAsync(id, until, atMost, cancellationToken), atMost);
    }

    public Task<IReadOnlyList<LeaseNews>> HearAsync(
        IReadOnlyList<NamedLease> leases, IReadOnlySet<string>? queues, TimeSpan atMost, CancellationToken cancellationToken) =>
        WhileSeenAsync(shards.HearAsync(leases, queues, atMost, cancellationToken), atMost);

    public Task<JobPage> ListAsync(JobFilter filter, string? cursor, int limit, CancellationToken cancellationToken) =>
        shards.ListAsync(filter, cursor, limit, cancellationToken);

    public Task<IReadOnlyList<Job>> LiveAsync(JobFilter filter, int limit, CancellationToken cancellationToken) =>
        shards.LiveAsync(filter, limit, cancellationToken);

    public bool IsPaused(string queue) => shards.IsPaused(queue);

    public Task<FeedPage> ReadFeedAsync(string? after, FeedFilter filter, int limit, TimeSpan wait, CancellationToken cancellationToken) =>
        WhileSeenAsync(shards.ReadFeedAsync(after, filter, limit, wait, cancellationToken), wait);

    public Task<JobChangesPage> ChangesAsync(Job job, string? cursor, CancellationToken cancellationToken) =>
        shards.ChangesAsync(job, cursor, cancellationToken);

    public async IAsyncEnumerable<JobEvent> WatchAsync(
        JobId id, long afterSequence, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using IAsyncEnumerator<JobEvent> events = shards.WatchAsync(id, afterSequence, cancellationToken)
            .GetAsyncEnumerator(cancellationToken);
        while (await WhileSeenAsync(events.MoveNextAsync().AsTask(), Timeout.InfiniteTimeSpan))
        {
            yield return events.Current;
        }
    }

    public Task<JobSituation?> LocateAsync(Job job, CancellationToken cancellationToken) => shards.LocateAsync(job, cancellationToken);

    public Task<TimeSpan?> LeftAsync(Job job, CancellationToken cancellationToken) => shards.LeftAsync(job, cancellationToken);

    public Task<QueueStatistics> QueueAsync(string queue, CancellationToken cancellationToken) =>
        shards.QueueAsync(queue, cancellationToken);

    public Task<QueuePage> QueuesAsync(IReadOnlySet<string>? among, string? cursor, int limit, CancellationToken cancellationToken) =>
        shards.QueuesAsync(among, cursor, limit, cancellationToken);

    public Task<IReadOnlyList<ShardWorkers?>> WorkersAsync(CancellationToken cancellationToken) => shards.WorkersAsync(cancellationToken);

    public Task<IReadOnlyList<ShardStanding?>> StandingsAsync(CancellationToken cancellationToken) =>
        shards.StandingsAsync(cancellationToken);

    public Task<IReadOnlyList<ShardOwners?>> OwnersAsync(ErrorWindow window, string? owner, CancellationToken cancellationToken) =>
        shards.OwnersAsync(window, owner, cancellationToken);

    public Task<IReadOnlyList<ErrorsAnswer?>> ErrorsAsync(ErrorWindow window, string? owner, CancellationToken cancellationToken) =>
        shards.ErrorsAsync(window, owner, cancellationToken);

    public Task<IReadOnlyList<HistoryAnswer?>> HistoryAsync(HistoryAsk ask, CancellationToken cancellationToken) =>
        shards.HistoryAsync(ask, cancellationToken);

    public async Task<IReadOnlyList<ShardAudit?>> AuditAsync(CancellationToken cancellationToken) =>
    [
        .. (await shards.AuditAsync(cancellationToken))
            .Select(shard => shard is { } audit && Auditing is { } auditing ? auditing(audit) : shard),
    ];

    /// <summary>Counts a call that has begun: what it does before it waits is done.</summary>
    private async Task<T> WhileSeenAsync<T>(Task<T> call, TimeSpan wait)
    {
        if (call.IsCompleted || wait == TimeSpan.Zero)
        {
            return await call;
        }

        object key = new();
        _waits[key] = call;
        Interlocked.Increment(ref _begun);
        try
        {
            return await call;
        }
        finally
        {
            _waits.TryRemove(key, out _);
        }
    }
}
