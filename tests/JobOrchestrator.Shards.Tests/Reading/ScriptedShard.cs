using JobOrchestrator.Core;
using JobOrchestrator.Waiting;

namespace JobOrchestrator.Shards.Tests;

/// <summary>A shard whose ids, jobs and events a test has written down; it takes no command but leases.</summary>
internal sealed class ScriptedShard : IShard
{
    private readonly List<OutboxEvent> _events = []; // also the lock that guards it and _followers: who follows is woken on the pool
    private readonly List<Signal> _followers = [];

    /// <summary>Its jobs by arrival.</summary>
    public List<Job> Jobs { get; } = [];

    /// <summary>Jobs that have an id in a page but are gone.</summary>
    public HashSet<JobId> Gone { get; } = [];

    /// <summary>Hears of every look at jobs.</summary>
    public Action? Looked { get; init; }

    /// <summary>Ids in one page.</summary>
    public int PageSize { get; init; } = 2;

    /// <summary>Events before this one are no longer kept.</summary>
    public int Oldest { get; set; }

    /// <summary>How many events each one that is looked at stands for.</summary>
    public int Weight { get; init; } = 1;

    /// <summary>Hears of every read of events.</summary>
    public Action? Reading { get; init; }

    /// <summary>What a lease gets that waits for so long.</summary>
    public Func<TimeSpan, Task<IReadOnlyList<Job>>>? OnLease { get; init; }

    /// <summary>What whoever asks for news of leases gets.</summary>
    public Func<IReadOnlyList<NamedLease>, TimeSpan, CancellationToken, Task<IReadOnlyList<LeaseNews>>>? OnHear { get; init; }

    /// <summary>Its accounts.</summary>
    public Func<Task<ShardAudit>>? OnAudit { get; init; }

    /// <summary>Where its readers said they are, in the order in which they did.</summary>
    public List<FeedPlace> Noted { get; } = [];

    public void Tell(string text, string? owner = null, string queue = "default")
    {
        lock (_events)
        {
            _events.Add(new OutboxEvent(JsonText.Of(text), JobEventKind.Updated, Guid.Empty, owner, queue));
            _followers.ForEach(follower => follower.Set());
        }
    }

    public Task<IReadOnlyDictionary<JobId, Job>> FindManyAsync(
        IReadOnlyList<JobId> ids, JobFilter wanted, CancellationToken cancellationToken)
    {
        Looked?.Invoke();
        return Task.FromResult<IReadOnlyDictionary<JobId, Job>>(
            Jobs.Where(job => ids.Contains(job.Id) && !Gone.Contains(job.Id)).ToDictionary(job => job.Id));
    }

    public Task<IdPage> IdsAsync(long before, JobFilter wanted, CancellationToken cancellationToken)
    {
        Job[] older = [.. Jobs.Where(job => job.Order < before).OrderByDescending(job => job.Order)];
        ArrivedId[] page = [.. older.Take(PageSize).Select(job => new ArrivedId(job.Order, job.Id))];
        return Task.FromResult(new IdPage(page, older.Length > PageSize));
    }

    public Task<IdPage> IdsUpAsync(long from, JobFilter wanted, CancellationToken cancellationToken)
    {
        Job[] newer = [.. Jobs.Where(job => job.Order >= from).OrderBy(job => job.Order)];
        ArrivedId[] page = [.. newer.Take(PageSize).Select(job => new ArrivedId(job.Order, job.Id))];
        return Task.FromResult(new IdPage(page, newer.Length > PageSize));
    }

    public Task<IReadOnlyList<Job>> LiveAsync(JobFilter wanted, long beyond, int limit, CancellationToken cancellationToken) =>
        throw Unscripted();

    public bool IsPaused(string queue) => throw Unscripted();

    public Task<FeedRange> FeedRangeAsync(CancellationToken cancellationToken) =>
        Task.FromResult(new FeedRange(new FeedPlace(Oldest, 0), new FeedPlace(_events.Count, 0)));

    public Task CatchUpAsync(TimeSpan atMost, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>At most two events in a page, each a commit of its own.</summary>
    public Task<EventPage> EventsAsync(FeedPlace from, FeedFilter filter, int limit, CancellationToken cancellationToken)
    {
        if (from.Number < Oldest)
        {
            throw new CursorExpiredException("Too old.");
        }

        lock (_events)
        {
            int first = (int)from.Number;
            int end = Math.Min(_events.Count, first + Math.Min(limit, 2));
            Reading?.Invoke();
            ShardEvent[] events =
            [
                .. Enumerable.Range(first, end - first)
                    .Where(number => filter.Owner is null || filter.Owner == _events[number].Owner)
                    .Select(number => new ShardEvent(_events[number].CloudEvent, _events[number].Kind, new FeedPlace(number + 1, 0))),
            ];
            return Task.FromResult(new EventPage(events, new FeedPlace(end, 0), Weight * (end - first), IsEnd: first == _events.Count));
        }
    }

    public IDisposable Follow(FeedPlace from, Signal grown)
    {
        lock (_events)
        {
            _followers.Add(grown);
            if (from.Number < _events.Count)
            {
                grown.Set();
            }
        }

        return new Following(() =>
        {
            lock (_events)
            {
                _followers.Remove(grown);
            }
        });
    }

    public Task<ShardChanges> ChangesAsync(Job job, ChangesPlace? after, CancellationToken cancellationToken) => throw Unscripted();

    public void NoteReader(FeedFilter filter, FeedPlace place, bool isNow) => Noted.Add(place);

    public Task<ShardOwners> OwnersAsync(ErrorWindow window, string? owner, CancellationToken cancellationToken) => throw Unscripted();

    public Task<Outcome> ProposeAsync(Command command, TimeSpan atMost, CancellationToken cancellationToken) =>
        throw Unscripted();

    public Task<IReadOnlyList<Job>> LeaseAsync(Command.Lease lease, TimeSpan wait, CancellationToken cancellationToken) =>
        OnLease?.Invoke(wait) ?? throw Unscripted();

    public ValueTask<JobLookup> FindAsync(JobId id, CancellationToken cancellationToken) => throw Unscripted();

    public Task<JobLookup> WaitAsync(JobId id, JobCondition until, TimeSpan atMost, CancellationToken cancellationToken) =>
        throw Unscripted();

    public Task<IReadOnlyList<LeaseNews>> HearAsync(
        IReadOnlyList<NamedLease> leases, IReadOnlySet<string>? queues, TimeSpan atMost, CancellationToken cancellationToken) =>
        OnHear?.Invoke(leases, atMost, cancellationToken) ?? throw Unscripted();

    public IAsyncEnumerable<JobEvent> WatchAsync(JobId id, long afterSequence, CancellationToken cancellationToken) =>
        throw Unscripted();

    public Task<JobSituation?> LocateAsync(Job job, CancellationToken cancellationToken) =>
        throw Unscripted();

    public Task<TimeSpan?> LeftAsync(Job job, CancellationToken cancellationToken) => throw Unscripted();

    public Task<QueueStatistics> QueueAsync(string queue, CancellationToken cancellationToken) => throw Unscripted();

    public Task<IReadOnlyList<QueueStatistics>> QueuesAsync(string? after, int limit, CancellationToken cancellationToken) =>
        throw Unscripted();

    public Task<ShardWorkers> WorkersAsync(CancellationToken cancellationToken) => throw Unscripted();

    public Task<ShardStanding> StandingAsync(CancellationToken cancellationToken) => throw Unscripted();

    public Task<ErrorsAnswer> ErrorsAsync(ErrorWindow window, string? owner, CancellationToken cancellationToken) => throw Unscripted();

    public Task<HistoryAnswer> HistoryAsync(HistoryAsk ask, CancellationToken cancellationToken) => throw Unscripted();

    public Task<ShardAudit> AuditAsync(CancellationToken cancellationToken) => OnAudit?.Invoke() ?? throw Unscripted();

    private static NotSupportedException Unscripted() => new("The test has not written that down.");

    private sealed class Following(Action leave) : IDisposable
    {
        public void Dispose() => leave();
    }
}

/// <summary>Some of them.</summary>
internal sealed class ScriptedShards(params ScriptedShard[] shards) : IShardMap
{
    public int Count => shards.Length;

    public WriteLimits OneWrite => new(100, 1_000_000);

    public DateTimeOffset Now => DateTimeOffset.UnixEpoch;

    public IShard Of(int number) => shards[number];
}
