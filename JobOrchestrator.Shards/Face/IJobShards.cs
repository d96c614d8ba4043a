using JobOrchestrator.Core;

namespace JobOrchestrator.Shards;

/// <summary>
/// The way to the jobs for everything that answers callers: proposes commands, reads what is committed, waits for commits.
/// Nobody gets an outcome before it is stored.
/// </summary>
/// <remarks>
/// Every member may throw <see cref="StoreUnavailableException"/> (nothing was written: 503) and <see cref="ProposeAsync"/>
/// also <see cref="OutcomeUnknownException"/> (time ran out during the write: 504) and <see cref="TooBusyException"/> (429).
/// A cancelled token stops the waiting, never a command that was proposed.
/// </remarks>
public interface IJobShards
{
    /// <summary>The time that jobs go by: what is to happen in a while is counted from it. No leap of the wall clock moves it.</summary>
    DateTimeOffset Now { get; }

    /// <summary>The shard of a queue, from 0.</summary>
    int ShardOf(string queue);

    /// <summary>A new id for a job of this queue.</summary>
    JobId NewId(string queue);

    /// <summary>What one commit may hold: the bound on an atomic batch and on one lease.</summary>
    WriteLimits OneWrite { get; }

    /// <summary>Has a shard apply a command; completes when its outcome is stored.</summary>
    Task<Outcome> ProposeAsync(int shard, Command command, CancellationToken cancellationToken);

    /// <summary>
    /// Hands out jobs; when there are none, waits for the commit that makes one ready. Empty when <paramref name="wait"/> has
    /// passed. A caller who leaves takes no job with it: what it was given at that moment goes back, and the call ends as cancelled.
    /// </summary>
    /// <param name="lease">What to hand out. Queues of several shards are asked in the order given.</param>
    /// <param name="wait">Zero: answer at once.</param>
    /// <param name="cancellationToken">Stops the waiting.</param>
    Task<IReadOnlyList<Job>> LeaseAsync(Command.Lease lease, TimeSpan wait, CancellationToken cancellationToken);

    /// <summary>The job as committed.</summary>
    ValueTask<JobLookup> FindAsync(JobId id, CancellationToken cancellationToken);

    /// <summary>
    /// Waits, woken by commits, until the job is as said or the time has passed; returns it as it is then.
    /// </summary>
    Task<JobLookup> WaitAsync(JobId id, JobCondition until, TimeSpan atMost, CancellationToken cancellationToken);

    /// <summary>
    /// Waits, woken by commits, until one of these leases is asked to end or is over for another reason than its worker's own report;
    /// empty when the time has passed. A job that does not live any more, or is in another queue, is told of at once.
    /// </summary>
    /// <param name="leases">The leases.</param>
    /// <param name="queues">The queues that the worker may work; null: all.</param>
    /// <param name="atMost">Zero: answer at once.</param>
    /// <param name="cancellationToken">Stops the waiting.</param>
    /// <returns>All that there is to tell of one shard at least; where several have news, the next call brings the others'.</returns>
    Task<IReadOnlyList<LeaseNews>> HearAsync(
        IReadOnlyList<NamedLease> leases, IReadOnlySet<string>? queues, TimeSpan atMost, CancellationToken cancellationToken);

    /// <summary>
    /// One page of jobs, newest first unless the filter says otherwise. One that is not the last is empty only after 10 s in which nothing
    /// was found, or the filter's own time.
    /// </summary>
    /// <param name="filter">Which jobs.</param>
    /// <param name="cursor">Where the previous page ended; null: from the newest.</param>
    /// <param name="limit">Most jobs in the page.</param>
    /// <param name="cancellationToken">Stops the read.</param>
    /// <exception cref="FormatException">The cursor is none of ours.</exception>
    Task<JobPage> ListAsync(JobFilter filter, string? cursor, int limit, CancellationToken cancellationToken);

    /// <summary>Live jobs that fit, perhaps without their inputs, the newest first. No document is read.</summary>
    /// <param name="filter">Which jobs.</param>
    /// <param name="limit">Most jobs.</param>
    /// <param name="cancellationToken">Stops the waiting.</param>
    Task<IReadOnlyList<Job>> LiveAsync(JobFilter filter, int limit, CancellationToken cancellationToken);

    /// <summary>Whether a queue is paused, as far as is known here; false where its shard is not held.</summary>
    bool IsPaused(string queue);

    /// <summary>The phase that a job is in at this moment.</summary>
    JobPhase PhaseOf(Job job) => job.PhaseAt(IsPaused, Now);

    /// <summary>One page of the feed, in commit order of each shard.</summary>
    /// <param name="after">A cursor from an earlier page or event; <see cref="Feed.Oldest"/>; null: from now on, an empty page.</param>
    /// <param name="filter">Which events.</param>
    /// <param name="limit">Most events in the page.</param>
    /// <param name="wait">How long to wait for a first event when there is none.</param>
    /// <param name="cancellationToken">Stops the waiting.</param>
    /// <exception cref="FormatException">The cursor is none of ours.</exception>
    /// <exception cref="CursorExpiredException">Events after the cursor have been deleted since, or are lost.</exception>
    Task<FeedPage> ReadFeedAsync(string? after, FeedFilter filter, int limit, TimeSpan wait, CancellationToken cancellationToken);

    /// <summary>
    /// One page of a job's events that are still in the feed, in their order, looked for by the times that the job tells of itself. One
    /// that is not the last may be short, or empty where very much lies between two.
    /// </summary>
    /// <param name="job">The job as committed.</param>
    /// <param name="cursor">Where the previous page ended; null: from the first.</param>
    /// <param name="cancellationToken">Stops the read.</param>
    /// <exception cref="FormatException">The cursor is none of ours.</exception>
    Task<JobChangesPage> ChangesAsync(Job job, string? cursor, CancellationToken cancellationToken);

    /// <summary>
    /// One job's events from now on, each as soon as it is committed, ending after the final one. Events after
    /// <paramref name="afterSequence"/> that are no longer at hand are stood in for by one <see cref="JobEventKind.Updated"/> (or
    /// the final kind) that shows the job as it is. So is everything where the job has not reached <paramref name="afterSequence"/>.
    /// </summary>
    IAsyncEnumerable<JobEvent> WatchAsync(JobId id, long afterSequence, CancellationToken cancellationToken);

    /// <summary>What its shard knows of why a live job waits or how it runs; null: it is not live any more.</summary>
    Task<JobSituation?> LocateAsync(Job job, CancellationToken cancellationToken);

    /// <summary>
    /// About how long it is until a live job ends, by its queue's pace and its type's runs; null: that cannot be said. Never waits for the
    /// store: whoever is not answered at once is not told.
    /// </summary>
    /// <param name="job">The job, as it is known.</param>
    /// <param name="cancellationToken">Stops the waiting.</param>
    Task<TimeSpan?> LeftAsync(Job job, CancellationToken cancellationToken);

    /// <summary>One queue in numbers; one that nobody uses is empty.</summary>
    Task<QueueStatistics> QueueAsync(string queue, CancellationToken cancellationToken);

    /// <summary>One page of the queues that hold a live job, are paused, or had jobs in the last day or two, by name.</summary>
    /// <param name="among">Only these; null: all.</param>
    /// <param name="cursor">Where the previous page ended; null: from the first.</param>
    /// <param name="limit">Most queues in the page, from 1.</param>
    /// <param name="cancellationToken">Stops the read.</param>
    /// <exception cref="FormatException">The cursor is none of ours.</exception>
    Task<QueuePage> QueuesAsync(IReadOnlySet<string>? among, string? cursor, int limit, CancellationToken cancellationToken);

    /// <summary>What jobs did over time, shard by shard.</summary>
    /// <param name="ask">What of it.</param>
    /// <param name="cancellationToken">Stops the waiting.</param>
    /// <returns>By the shards' numbers; null: nobody holds that one at the moment.</returns>
    Task<IReadOnlyList<HistoryAnswer?>> HistoryAsync(HistoryAsk ask, CancellationToken cancellationToken);

    /// <summary>Who works, and what waits that nobody asks for, shard by shard.</summary>
    /// <param name="cancellationToken">Stops the waiting.</param>
    /// <returns>By the shards' numbers; null: nobody holds that one at the moment.</returns>
    Task<IReadOnlyList<ShardWorkers?>> WorkersAsync(CancellationToken cancellationToken);

    /// <summary>What jobs failed of, shard by shard.</summary>
    /// <param name="window">In what time.</param>
    /// <param name="owner">This owner's jobs; null: all.</param>
    /// <param name="cancellationToken">Stops the waiting.</param>
    /// <returns>By the shards' numbers; null: nobody holds that one at the moment.</returns>
    Task<IReadOnlyList<ErrorsAnswer?>> ErrorsAsync(ErrorWindow window, string? owner, CancellationToken cancellationToken);

    /// <summary>Whose jobs there are, and how far these owners have read their events, shard by shard.</summary>
    /// <param name="window">In what time jobs that failed are counted.</param>
    /// <param name="owner">This owner alone; null: all.</param>
    /// <param name="cancellationToken">Stops the waiting.</param>
    /// <returns>By the shards' numbers; null: nobody holds that one at the moment.</returns>
    Task<IReadOnlyList<ShardOwners?>> OwnersAsync(ErrorWindow window, string? owner, CancellationToken cancellationToken);

    /// <summary>How each shard stands with its holder.</summary>
    /// <param name="cancellationToken">Stops the waiting.</param>
    /// <returns>By the shards' numbers; null: nobody holds that one at the moment.</returns>
    Task<IReadOnlyList<ShardStanding?>> StandingsAsync(CancellationToken cancellationToken);

    /// <summary>The accounts of every shard.</summary>
    /// <param name="cancellationToken">Stops the waiting.</param>
    /// <returns>By the shards' numbers; null: nobody holds that one at the moment.</returns>
    Task<IReadOnlyList<ShardAudit?>> AuditAsync(CancellationToken cancellationToken);
}

/// <summary>What is stored under a job's id.</summary>
public abstract record JobLookup
{
    private JobLookup()
    {
    }

    /// <summary>The job.</summary>
    public sealed record Found(Job Job) : JobLookup;

    /// <summary>It was forgotten on request within the last 7 days.</summary>
    public sealed record Purged : JobLookup
    {
        /// <summary>What it leaves taken; none where that is not asked for.</summary>
        internal IReadOnlyList<KeyGuard> Keys { get; init; } = [];
    }

    /// <summary>There is no such job.</summary>
    public sealed record Unknown : JobLookup;

    /// <summary>Something is stored that cannot be read as this job; it is left as it is, so that a person may repair it.</summary>
    /// <param name="Reason">Why, in a sentence that tells nothing of what is stored.</param>
    public sealed record Unreadable(string Reason) : JobLookup;
}

/// <summary>Which jobs to list; null means any.</summary>
public sealed record JobFilter(
    JobStatus? Status = null,
    string? Queue = null,
    string? Owner = null,
    string? Type = null,
    DateTimeOffset? CreatedAfter = null,
    DateTimeOffset? CreatedBefore = null)
{
    /// <summary>
    /// Most jobs that one page looks at, though it has found nothing then; null: it goes on until it has found something, 10 s at most.
    /// </summary>
    public int? LooksMax { get; init; }

    /// <summary>The oldest come first.</summary>
    public bool OldestFirst { get; init; }

    /// <summary>Only live ones: they are found in memory, so many others make no difference.</summary>
    public bool LiveOnly { get; init; }

    /// <summary>
    /// Live jobs that a commit under way changes are among those found in memory, fit or not: in the store they may fit already, and they
    /// are looked up.
    /// </summary>
    internal bool WithUnderWay { get; init; }

    /// <summary>Only those that have ended: live ones are not even looked at.</summary>
    public bool EndedOnly { get; init; }

    /// <summary>Ends a page after so long, whatever it has found; null: as long as lists usually take.</summary>
    public TimeSpan? Within { get; init; }

    /// <summary>What else has to hold of the id; asked before a job's document is read. Null: nothing.</summary>
    public Func<JobId, bool>? IdTest { get; init; }

    /// <summary>What else has to hold, of a job that may be without its input. Null: nothing.</summary>
    public Func<Job, bool>? Test { get; init; }

    /// <summary>
    /// Takes out the places of a page whose finished jobs cannot be wanted, by what its digest says of them: those jobs are not read.
    /// Null: it cannot be told.
    /// </summary>
    internal Action<PageDigest, Places>? Narrow { get; init; }

    /// <summary>Whether some finished jobs can be told from others by a digest.</summary>
    internal bool IsChoosy =>
        Status is not null || Queue is not null || Owner is not null || Type is not null || CreatedAfter is not null
        || CreatedBefore is not null || Narrow is not null;

    /// <summary>The places of a page at which there may be a wanted job.</summary>
    internal Places CandidatesOf(PageDigest digest)
    {
        Places known = digest.Known.Copy(), fitting = known.Copy();
        if (digest.Created.To <= CreatedAfter || digest.Created.From >= CreatedBefore)
        {
            fitting.Clear();
        }

        if (Status is { } status)
        {
            digest.NarrowStatus(one => one == status, fitting);
        }

        NarrowTo(Queue, DigestName.Queue);
        NarrowTo(Owner, DigestName.Owner);
        NarrowTo(Type, DigestName.Type);
        Narrow?.Invoke(digest, fitting);
        return digest.Candidates(known, fitting);

        void NarrowTo(string? wanted, DigestName name)
        {
            if (wanted is not null)
            {
                digest.Narrow(name, one => one == wanted, fitting);
            }
        }
    }

    /// <summary>Whether a job is one of these.</summary>
    internal bool Fits(Job job) =>
        (Status is null || Status == job.Status)
        && (Queue is null || Queue == job.Queue)
        && (Owner is null || Owner == job.Owner)
        && (Type is null || Type == job.Type)
        && (CreatedAfter is null || job.CreatedAt > CreatedAfter)
        && (CreatedBefore is null || job.CreatedAt < CreatedBefore)
        && !(LiveOnly && job.IsFinished)
        && !(EndedOnly && !job.IsFinished)
        && IdTest?.Invoke(job.Id) != false
        && Test?.Invoke(job) != false;
}

/// <summary>Some jobs and where the next ones are; a null cursor: there are no more.</summary>
/// <param name="Jobs">The jobs.</param>
/// <param name="Cursor">Where the next page begins.</param>
/// <param name="LookedAt">How many jobs were looked at for it, those included that are none of the wanted.</param>
public sealed record JobPage(IReadOnlyList<Job> Jobs, string? Cursor, int LookedAt = 0)
{
    /// <summary>When the last job that was looked at was made; null: none was, or the list has ended.</summary>
    public DateTimeOffset? LookedBackTo { get; init; }
}

/// <summary>Some queues and where the next ones are; a null cursor: there are no more.</summary>
public sealed record QueuePage(IReadOnlyList<QueueStatistics> Queues, string? Cursor);

/// <summary>Which events to read; null means any.</summary>
public sealed record FeedFilter(string? Owner = null, string? Queue = null)
{
    /// <summary>Who reads, so that it is known how far an owner's reader is; null: nobody of whom that is to be known.</summary>
    public FeedCaller? By { get; init; }
}

/// <summary>Who reads an owner's events.</summary>
/// <param name="Name">The name of its key; null: there are no keys.</param>
/// <param name="IsOwner">
/// It is the owner itself, and not somebody who sees other owners' events too; true also where nobody can tell.
/// </param>
public sealed record FeedCaller(string? Name, bool IsOwner);

/// <summary>One stored event.</summary>
/// <param name="CloudEvent">The CloudEvent as JSON, without topic and pub/sub name.</param>
/// <param name="Type">Its type, such as <c>job.completed</c>.</param>
/// <param name="Cursor">The place right behind it.</param>
public sealed record FeedEvent(JsonText CloudEvent, string Type, string Cursor);

/// <summary>Some events and the place behind the last one looked at.</summary>
public sealed record FeedPage(IReadOnlyList<FeedEvent> Events, string Cursor);

/// <summary>Names of the feed's contract.</summary>
public static class Feed
{
    /// <summary>The cursor in front of the oldest event that is still kept, behind those that a reader was told are lost.</summary>
    public const string Oldest = "oldest";
}

/// <summary>The state store cannot be reached, and nothing was written.</summary>
public sealed class StoreUnavailableException(string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>Why the shard cannot be asked; null: more is not known.</summary>
    public ShardAbsence? Absence { get; init; }
}

/// <summary>Time ran out during a write: it may or may not come to be.</summary>
public sealed class OutcomeUnknownException(string message) : Exception(message);

/// <summary>More commands wait than the mailbox holds.</summary>
public sealed class TooBusyException(string message) : Exception(message);

/// <summary>The events after a cursor are no longer kept.</summary>
public sealed class CursorExpiredException(string message) : Exception(message);
