using JobOrchestrator.Core;
using JobOrchestrator.Waiting;

namespace JobOrchestrator.Shards;

/// <summary>
/// A shard that nobody holds who could be asked. Its jobs can be looked up, for the store has them; nothing else can be done.
/// </summary>
/// <param name="reads">Its jobs for those who look.</param>
/// <param name="why">Why nobody can be asked; null: that is not known.</param>
internal sealed class AbsentShard(ShardReads reads, Func<ShardAbsence?> why) : IShard
{
    public Task<Outcome> ProposeAsync(Command command, TimeSpan atMost, CancellationToken cancellationToken) => throw NotHeld();

    public Task<IReadOnlyList<Job>> LeaseAsync(Command.Lease lease, TimeSpan wait, CancellationToken cancellationToken) => throw NotHeld();

    public ValueTask<JobLookup> FindAsync(JobId id, CancellationToken cancellationToken) => reads.FindAsync(id, cancellationToken);

    public Task<IReadOnlyDictionary<JobId, Job>> FindManyAsync(
        IReadOnlyList<JobId> ids, JobFilter wanted, CancellationToken cancellationToken) =>
        reads.FindManyAsync(ids, wanted, cancellationToken);

    public Task<JobLookup> WaitAsync(JobId id, JobCondition until, TimeSpan atMost, CancellationToken cancellationToken) =>
        reads.WaitAsync(id, until, atMost, cancellationToken);

    public Task<IReadOnlyList<LeaseNews>> HearAsync(
        IReadOnlyList<NamedLease> leases, IReadOnlySet<string>? queues, TimeSpan atMost, CancellationToken cancellationToken) =>
        throw NotHeld();

    public IAsyncEnumerable<JobEvent> WatchAsync(JobId id, long afterSequence, CancellationToken cancellationToken) =>
        reads.WatchAsync(id, afterSequence, cancellationToken);

    public Task<IdPage> IdsAsync(long before, JobFilter wanted, CancellationToken cancellationToken) => throw NotHeld();

    public Task<IdPage> IdsUpAsync(long from, JobFilter wanted, CancellationToken cancellationToken) => throw NotHeld();

    public Task<IReadOnlyList<Job>> LiveAsync(JobFilter wanted, long beyond, int limit, CancellationToken cancellationToken) =>
        throw NotHeld();

    public bool IsPaused(string queue) => false;

    public Task<FeedRange> FeedRangeAsync(CancellationToken cancellationToken) => throw NotHeld();

    public Task CatchUpAsync(TimeSpan atMost, CancellationToken cancellationToken) => throw NotHeld();

    public Task<EventPage> EventsAsync(FeedPlace from, FeedFilter filter, int limit, CancellationToken cancellationToken) =>
        throw NotHeld();

    public Task<ShardChanges> ChangesAsync(Job job, ChangesPlace? after, CancellationToken cancellationToken) => throw NotHeld();

    public IDisposable Follow(FeedPlace from, Signal grown) => throw NotHeld();

    public void NoteReader(FeedFilter filter, FeedPlace place, bool isNow)
    {
        // Whoever holds it is told when it comes back.
    }

    public Task<ShardOwners> OwnersAsync(ErrorWindow window, string? owner, CancellationToken cancellationToken) => throw NotHeld();

    public Task<JobSituation?> LocateAsync(Job job, CancellationToken cancellationToken) => throw NotHeld();

    public Task<TimeSpan?> LeftAsync(Job job, CancellationToken cancellationToken) => Task.FromResult<TimeSpan?>(null);

    public Task<ShardWorkers> WorkersAsync(CancellationToken cancellationToken) => throw NotHeld();

    public Task<ErrorsAnswer> ErrorsAsync(ErrorWindow window, string? owner, CancellationToken cancellationToken) => throw NotHeld();

    public Task<QueueStatistics> QueueAsync(string queue, CancellationToken cancellationToken) => throw NotHeld();

    public Task<IReadOnlyList<QueueStatistics>> QueuesAsync(string? after, int limit, CancellationToken cancellationToken) =>
        throw NotHeld();

    public Task<HistoryAnswer> HistoryAsync(HistoryAsk ask, CancellationToken cancellationToken) => throw NotHeld();

    public Task<ShardStanding> StandingAsync(CancellationToken cancellationToken) => throw NotHeld();

    public Task<ShardAudit> AuditAsync(CancellationToken cancellationToken) => throw NotHeld();

    private StoreUnavailableException NotHeld() => new("The shard is not held at the moment.") { Absence = why() };
}
