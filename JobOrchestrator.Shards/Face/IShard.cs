using JobOrchestrator.Core;
using JobOrchestrator.Waiting;

namespace JobOrchestrator.Shards;

/// <summary>
/// One shard's face, wherever the shard runs. Nothing that goes through it needs the same process: ids, commands, filters and places go
/// in, outcomes, jobs and events come out.
/// </summary>
/// <remarks>
/// Every member may throw <see cref="StoreUnavailableException"/>: the shard is held by nobody, or its store does not answer, and nothing
/// was written. A cancelled token stops the waiting, never a command that was proposed.
/// </remarks>
internal interface IShard
{
    /// <summary>Applies a command; completes when its outcome is stored.</summary>
    /// <param name="command">The command.</param>
    /// <param name="atMost">
    /// How long its caller waits, also for a store that is away; no longer than the shard lets anyone wait.
    /// <see cref="TimeSpan.MaxValue"/>: so long, but not for a store that is known to be away.
    /// </param>
    /// <param name="cancellationToken">The caller leaves.</param>
    /// <exception cref="OutcomeUnknownException">Time ran out during the write.</exception>
    /// <exception cref="TooBusyException">More commands wait than can be held.</exception>
    Task<Outcome> ProposeAsync(Command command, TimeSpan atMost, CancellationToken cancellationToken);

    /// <summary>
    /// Hands out jobs of this shard's queues; when there are none, waits for the commit that makes one ready. Empty when
    /// <paramref name="wait"/> has passed. A caller who cancels takes no job with it: what it was given goes back.
    /// </summary>
    /// <param name="lease">What to hand out.</param>
    /// <param name="wait">Zero: answer at once.</param>
    /// <param name="cancellationToken">The caller leaves.</param>
    /// <exception cref="OutcomeUnknownException">Time ran out during the write.</exception>
    /// <exception cref="TooBusyException">More commands wait than can be held.</exception>
    Task<IReadOnlyList<Job>> LeaseAsync(Command.Lease lease, TimeSpan wait, CancellationToken cancellationToken);

    /// <summary>A job as committed.</summary>
    ValueTask<JobLookup> FindAsync(JobId id, CancellationToken cancellationToken);

    /// <summary>Those of the jobs that there are, as committed; there may be some among them that are not wanted.</summary>
    Task<IReadOnlyDictionary<JobId, Job>> FindManyAsync(
        IReadOnlyList<JobId> ids, JobFilter wanted, CancellationToken cancellationToken);

    /// <summary>Waits, woken by commits, until a job is as said or the time has passed; returns it as it is then.</summary>
    Task<JobLookup> WaitAsync(JobId id, JobCondition until, TimeSpan atMost, CancellationToken cancellationToken);

    /// <summary>Leases of this shard's jobs, as <see cref="IJobShards.HearAsync"/> tells of them.</summary>
    Task<IReadOnlyList<LeaseNews>> HearAsync(
        IReadOnlyList<NamedLease> leases, IReadOnlySet<string>? queues, TimeSpan atMost, CancellationToken cancellationToken);

    /// <summary>A job's events from now on, as <see cref="IJobShards.WatchAsync"/> tells them.</summary>
    IAsyncEnumerable<JobEvent> WatchAsync(JobId id, long afterSequence, CancellationToken cancellationToken);

    /// <summary>Some ids of jobs that arrived before another one, the last to arrive first.</summary>
    /// <param name="before">The other one's arrival number; <see cref="long.MaxValue"/>: from the newest.</param>
    /// <param name="wanted">Which jobs: ids of others may be left out.</param>
    /// <param name="cancellationToken">Stops the read.</param>
    Task<IdPage> IdsAsync(long before, JobFilter wanted, CancellationToken cancellationToken);

    /// <summary>Some ids of jobs that arrived with an arrival number or after it, the first to arrive first.</summary>
    /// <param name="from">The arrival number; 0: from the oldest.</param>
    /// <param name="wanted">Which jobs: ids of others may be left out.</param>
    /// <param name="cancellationToken">Stops the read.</param>
    Task<IdPage> IdsUpAsync(long from, JobFilter wanted, CancellationToken cancellationToken);

    /// <summary>Live jobs that fit, perhaps without their inputs, in the order of their arrival. No document is read.</summary>
    /// <param name="wanted">Which, and whether the first to arrive comes first.</param>
    /// <param name="beyond">As <see cref="IdsAsync"/> or <see cref="IdsUpAsync"/> has it.</param>
    /// <param name="limit">Most jobs.</param>
    /// <param name="cancellationToken">Stops the waiting.</param>
    Task<IReadOnlyList<Job>> LiveAsync(JobFilter wanted, long beyond, int limit, CancellationToken cancellationToken);

    /// <summary>Whether a queue is paused, as far as is known here; false where the shard is not held.</summary>
    bool IsPaused(string queue);

    /// <summary>Where the shard's events begin and end at this moment.</summary>
    Task<FeedRange> FeedRangeAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Ends once the events tell of everything that was stored when it was asked, or the time is over: until a commit is answered, the
    /// store may show a job further than its events.
    /// </summary>
    /// <param name="atMost">The time.</param>
    /// <param name="cancellationToken">Stops the waiting.</param>
    Task CatchUpAsync(TimeSpan atMost, CancellationToken cancellationToken);

    /// <summary>Some events from a place on, in commit order.</summary>
    /// <param name="from">The place.</param>
    /// <param name="filter">Which events.</param>
    /// <param name="limit">Most events in the page; zero only tells whether there are more.</param>
    /// <param name="cancellationToken">Stops the read.</param>
    /// <exception cref="CursorExpiredException">Events after the place have been deleted since, or are lost.</exception>
    Task<EventPage> EventsAsync(FeedPlace from, FeedFilter filter, int limit, CancellationToken cancellationToken);

    /// <summary>Some of a job's events that are still kept, in their order.</summary>
    /// <param name="job">The job as committed.</param>
    /// <param name="after">Where the previous page ended; null: from the first.</param>
    /// <param name="cancellationToken">Stops the read.</param>
    Task<ShardChanges> ChangesAsync(Job job, ChangesPlace? after, CancellationToken cancellationToken);

    /// <summary>
    /// Sets a signal whenever there are events behind a place, at once where there are already; until it is disposed of. Set, it only
    /// means that looking is worth while: one signal may follow several shards.
    /// </summary>
    IDisposable Follow(FeedPlace from, Signal grown);

    /// <summary>
    /// Somebody asks for events behind a place: what is before it, it has. Where the shard is not held, nobody notes it.
    /// </summary>
    /// <param name="filter">Which events, and who asks.</param>
    /// <param name="place">The place.</param>
    /// <param name="isNow">It named none, and is given the newest.</param>
    void NoteReader(FeedFilter filter, FeedPlace place, bool isNow);

    /// <summary>Whose jobs the shard has, and how far these owners have read their events.</summary>
    /// <param name="window">In what time jobs that failed are counted.</param>
    /// <param name="owner">This owner alone; null: all.</param>
    /// <param name="cancellationToken">Stops the waiting.</param>
    Task<ShardOwners> OwnersAsync(ErrorWindow window, string? owner, CancellationToken cancellationToken);

    /// <summary>What the shard knows of why a live job waits; null: it is not live.</summary>
    /// <param name="job">The job.</param>
    /// <param name="cancellationToken">Stops the waiting.</param>
    Task<JobSituation?> LocateAsync(Job job, CancellationToken cancellationToken);

    /// <inheritdoc cref="IJobShards.LeftAsync"/>
    Task<TimeSpan?> LeftAsync(Job job, CancellationToken cancellationToken);

    /// <summary>What the shard knows of its workers, and what waits that none of them asks for.</summary>
    Task<ShardWorkers> WorkersAsync(CancellationToken cancellationToken);

    /// <summary>What the shard's jobs failed of.</summary>
    /// <param name="window">In what time.</param>
    /// <param name="owner">This owner's jobs; null: all.</param>
    /// <param name="cancellationToken">Stops the waiting.</param>
    Task<ErrorsAnswer> ErrorsAsync(ErrorWindow window, string? owner, CancellationToken cancellationToken);

    /// <summary>One of the shard's queues in numbers; one that nobody uses is empty.</summary>
    Task<QueueStatistics> QueueAsync(string queue, CancellationToken cancellationToken);

    /// <summary>The shard's queues in numbers, by name.</summary>
    /// <param name="after">Only those behind this name; null: from the first.</param>
    /// <param name="limit">Most queues.</param>
    /// <param name="cancellationToken">Stops the waiting.</param>
    Task<IReadOnlyList<QueueStatistics>> QueuesAsync(string? after, int limit, CancellationToken cancellationToken);

    /// <summary>What the shard's jobs did over time.</summary>
    /// <param name="ask">What of it.</param>
    /// <param name="cancellationToken">Stops the waiting.</param>
    Task<HistoryAnswer> HistoryAsync(HistoryAsk ask, CancellationToken cancellationToken);

    /// <summary>How the shard stands with its holder.</summary>
    Task<ShardStanding> StandingAsync(CancellationToken cancellationToken);

    /// <summary>The shard's accounts, as of its last commit.</summary>
    Task<ShardAudit> AuditAsync(CancellationToken cancellationToken);
}

/// <summary>One job's place among those of its shard.</summary>
/// <param name="Order">Its arrival number.</param>
/// <param name="Id">The job.</param>
internal readonly record struct ArrivedId(long Order, JobId Id);

/// <summary>Some ids, the last to arrive first.</summary>
/// <param name="Ids">The ids; none: there are no more, or it has looked at enough for one answer.</param>
/// <param name="More">Whether older ones may follow.</param>
internal sealed record IdPage(IReadOnlyList<ArrivedId> Ids, bool More)
{
    /// <summary>Where to go on behind the ids; null: behind the last of them.</summary>
    public long? Beyond { get; init; }

    /// <summary>How many documents were read for it.</summary>
    public int LookedAt { get; init; }

    /// <summary>When the last job was created that was passed without a look at its id; null: none was, or it is not known.</summary>
    public DateTimeOffset? LookedTo { get; init; }
}

/// <summary>A place in a shard's events.</summary>
/// <param name="Number">The commit's outbox document.</param>
/// <param name="Offset">Events of it that lie before the place.</param>
internal readonly record struct FeedPlace(long Number, int Offset);

/// <summary>Where a shard's events begin and end.</summary>
/// <param name="Oldest">In front of the oldest that is kept and has no known hole behind it.</param>
/// <param name="Next">Behind the newest.</param>
internal readonly record struct FeedRange(FeedPlace Oldest, FeedPlace Next);

/// <summary>One event of a shard.</summary>
/// <param name="CloudEvent">The CloudEvent as JSON.</param>
/// <param name="Kind">What it says.</param>
/// <param name="After">The place right behind it.</param>
internal sealed record ShardEvent(JsonText CloudEvent, JobEventKind Kind, FeedPlace After);

/// <summary>Some events of a shard.</summary>
/// <param name="Events">Those that the filter lets through.</param>
/// <param name="End">The place behind the last one looked at.</param>
/// <param name="LookedAt">How many there were before the filter.</param>
/// <param name="IsEnd">There are no more at this moment.</param>
internal sealed record EventPage(IReadOnlyList<ShardEvent> Events, FeedPlace End, int LookedAt, bool IsEnd);
