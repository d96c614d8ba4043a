using System.Globalization;
using JobOrchestrator.Core;
using JobOrchestrator.Waiting;

namespace JobOrchestrator.Shards;

/// <summary>A shard that runs here.</summary>
/// <param name="loaded">What was loaded when it was taken.</param>
/// <param name="loop">Its one writer.</param>
/// <param name="reads">Its jobs for those who look and wait.</param>
/// <param name="store">Where its documents are.</param>
/// <param name="limits">What commits keep to.</param>
/// <param name="outbox">Reads its events.</param>
/// <param name="changes">Finds a job's events among them.</param>
/// <param name="history">What its jobs did.</param>
/// <param name="time">The clock.</param>
internal sealed class HeldShard(
    LoadedShard loaded,
    CommitLoop loop,
    ShardReads reads,
    StoreCalls store,
    ShardLimits limits,
    OutboxReader outbox,
    ChangesReader changes,
    ShardHistory history,
    TimeProvider time)
    : IShard
{
    // More have no series of their own.
    private const int QueuesLookedAt = 2 * ShardHistory.QueuesMax;

    // So many uncovered types of queues are told of, and so many are looked through.
    private const int UncoveredMax = 100;
    private const int TypesLookedAt = 5_000;

    // A survey that looked at more is used again for a while, so that whoever looks often does not keep the workers waiting.
    private const int SmallSurvey = 1_000;
    private static readonly TimeSpan SurveyPause = TimeSpan.FromSeconds(1);

    // Whoever looks at a job waits no longer for the time to look again.
    private static readonly TimeSpan LeftWithin = TimeSpan.FromMilliseconds(100);

    // Who looks at a job that is due later than that is sent away until then, whatever line it meets.
    private static readonly TimeSpan LookedAheadMax = TimeSpan.FromMinutes(5);

    // Where more commands wait, it does not put one more in line for that.
    private const int LooksAmong = 200;

    // The answer to whoever asks only whether the shard is held.
    private static readonly Outcome Sure = new Outcome.Counted([]);

    private readonly DateTimeOffset _since = loaded.Time.Now;
    private volatile Surveyed? _surveyed;
    private readonly PageReader _pages =
        new(loaded.Number, loaded.Pages, store, limits.Bounds.PagesInOneRead, reads.Board.IsUnderWay);
    private readonly DateOnly _heldFrom = HourDay.DateOf(loaded.Time.Now);
    private readonly PastDays _past = new(
        new StoredDays(loaded.Number, new SureReads(store, Keys.Head(loaded.Number)), loaded.Unreadable), limits.Bounds.PastDaysBytesMax);

    private readonly Askers _askers = new(loaded.Time);
    private readonly OwnersOfShard _owners = new(reads.Board.Owners, loaded.Outbox, history, loaded.Time.Now);

    private ErrorRecall Recall => field ??= new ErrorRecall(this, history, time);

    private LineFacts Facts => field ??= new LineFacts(_askers, loop.Pace, loop.Runs, loaded.Time);

    /// <summary>The store answers and nobody else can hold the shard: what is reported now can be taken.</summary>
    public bool IsServing => loop.IsReachable && loaded.Store.Lease.Holds;

    /// <summary>Why it does not serve, in a sentence; null: it does.</summary>
    public string? Trouble => !loop.IsReachable
        ? $"Shard {loaded.Number}: the state store does not answer."
        : !loaded.Store.Lease.Holds
            ? $"Shard {loaded.Number}: its lease could not be renewed in time."
            : loop.StoredNothingFor is var silence && silence >= limits.Bounds.StoredNothing
                ? string.Create(
                    CultureInfo.InvariantCulture, $"Shard {loaded.Number}: no commit has succeeded for {silence.TotalSeconds:F0} s.")
                : null;

    /// <summary>What a person should look at though it serves; null: nothing.</summary>
    public string? Warning => OutboxLag is var lag && lag >= limits.Bounds.OutboxLag
        ? string.Create(
            CultureInfo.InvariantCulture, $"Shard {loaded.Number}: events wait for the broker, the oldest for {lag.TotalSeconds:F0} s.")
        : null;

    /// <summary>How many commands wait: for their turn, or for a job that can be handed out.</summary>
    public int Waiting => loop.Waiting;

    /// <summary>How many outbox documents the broker has not got whole.</summary>
    public long Unpublished => loaded.Outbox.Next - loaded.Outbox.Published;

    /// <summary>How many events the broker has not got, of those that are counted.</summary>
    public long UnpublishedEvents => Math.Max(0, loop.Done.Events - loaded.Outbox.SoFar.Events);

    /// <summary>For how long the oldest of them has waited, to the second.</summary>
    public TimeSpan OutboxLag => loaded.Outbox.Lag(loaded.Time.Now);

    /// <summary>How many readers of the feed wait for its next event.</summary>
    public int FeedReaders => loaded.Outbox.Followers;

    /// <summary>The time that the shard goes by.</summary>
    public ShardTime Time => loaded.Time;

    public Task<Outcome> ProposeAsync(Command command, TimeSpan atMost, CancellationToken cancellationToken) =>
        PostAsync(
            new Envelope(command),
            atMost < limits.Answer ? atMost : limits.Answer,
            cancellationToken,
            isPatient: atMost < TimeSpan.MaxValue);

    public async Task<IReadOnlyList<Job>> LeaseAsync(Command.Lease lease, TimeSpan wait, CancellationToken cancellationToken)
    {
        using IDisposable asking = _askers.Ask(lease);
        return ((Outcome.Leased)await PostAsync(new Envelope(lease, wait), limits.Answer, cancellationToken)).Jobs;
    }

    public Task<JobSituation?> LocateAsync(Job job, CancellationToken cancellationToken) =>
        loaded.Store.AwayFor is not { } away
            ? LocateAsync(job.Id, Facts.Look(job.Queue, job.Type, job.Priority), limits.Answer, cancellationToken)
            : throw new StoreUnavailableException("The state store does not answer.")
            {
                Absence = new ShardAbsence(
                    loaded.Number, loaded.Time.Now - away, ShardAbsenceKind.Away, "The state store does not answer."),
            };

    public async Task<TimeSpan?> LeftAsync(Job job, CancellationToken cancellationToken)
    {
        DateTimeOffset now = loaded.Time.Now;
        if (job.IsFinished || job.RunAt - now > LookedAheadMax
            || (job.Status == JobStatus.New && (!loop.IsReachable || IsPaused(job.Queue))))
        {
            return null;
        }

        LineFact line = Facts.Of(job.Queue, job.Type, job.Priority);
        if (job.Status == JobStatus.InProgress)
        {
            // One that runs for longer than half of them is known by nothing but that.
            return job.RunningAttempt?.StartedAt + line.Run - now is { } left && left > TimeSpan.Zero ? left : null;
        }

        // Its place is asked for only where a pace is known, and so jobs wait, and where that keeps nobody's command waiting.
        if (!(job.RunAt > now ? line.Flow.HasPace : line.HasPace) || loop.InLine > LooksAmong)
        {
            return null;
        }

        try
        {
            JobSituation? at = await LocateAsync(job.Id, line, LeftWithin, cancellationToken);
            if (at is not { IsHandedOut: true, Estimate.Wait: var wait })
            {
                return null;
            }

            // Of its run no more counts than of its wait: half of both is over before it can have ended.
            TimeSpan run = line.Run ?? TimeSpan.Zero;
            return wait + (run < wait ? run : wait);
        }
        catch (Exception exception) when (exception is StoreUnavailableException or TooBusyException)
        {
            return null;
        }
    }

    private async Task<JobSituation?> LocateAsync(
        JobId id, LineFact line, TimeSpan within, CancellationToken cancellationToken)
    {
        // What no worker takes who would take this job goes before it in name only.
        if (await AskedAsync(new Envelope(new Command.Locate(id, line.Types)), within, cancellationToken) is not Outcome.Located located)
        {
            return null;
        }

        string? noEstimate = null;
        bool isDue = located.Due.Count == 0;
        StartEstimate? estimate = located.Ahead is not { All: var ahead } ? null
            : isDue ? StartEstimate.Of(ahead, line.Pace, out noEstimate)
            : DueEstimate.Of(new Upcoming(ahead, located.Due, line.AskingFor(located.Job.Type)), line.Pace, out noEstimate);
        return new JobSituation(
            loaded.Time.Now, located.Job, located.Queue, located.Held, located.Ahead, isDue, line.Workers, _askers.Since, estimate,
            noEstimate, line.Run);
    }

    public async Task<HistoryAnswer> HistoryAsync(HistoryAsk ask, CancellationToken cancellationToken)
    {
        DateTimeOffset now = loaded.Time.Now;
        if (history.MayLook(now))
        {
            IReadOnlyList<QueueStatistics> queues = await CountedAsync(new Command.CountQueues(null, QueuesLookedAt), cancellationToken);
            history.Look(queues, areAll: queues.Count < QueuesLookedAt, loaded.Time.Now);
        }

        IReadOnlyCollection<HourDay> stored = ask.Fineness == Fineness.OfHours ? await StoredAsync(ask, now, cancellationToken) : [];
        return history.Read(ask, stored, loaded.Time.Now);
    }

    /// <summary>The days that a question goes back to and that are not in memory.</summary>
    private async Task<IReadOnlyCollection<HourDay>> StoredAsync(HistoryAsk ask, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (loaded.Store.Head.HistoryFrom is not { } first)
        {
            return [];
        }

        DateOnly from = HourDay.DateOf(ask.From), today = HourDay.DateOf(now), to = HourDay.DateOf(ask.To);
        var dates = new List<DateOnly>();
        for (DateOnly date = from > first ? from : first; date <= to && date < today; date = date.AddDays(1))
        {
            // What happened since the shard is held is in memory at first, and in the store once its day is over for good.
            bool isStored = date < _heldFrom || date < today.AddDays(-1);
            if (isStored && !history.HasDay(date))
            {
                dates.Add(date);
            }
        }

        return dates.Count > 0 ? await reads.ReadAsync(token => _past.OfAsync(dates, token), cancellationToken) : [];
    }

    public async Task<ShardWorkers> WorkersAsync(CancellationToken cancellationToken)
    {
        DateTimeOffset now = loaded.Time.Now;
        Surveyed? last = _surveyed;
        if (last is null || last.IsSmall || (now - last.At).Duration() >= SurveyPause)
        {
            var fresh = (Outcome.Surveyed)await AskedAsync(new Command.Survey(TypesLookedAt), cancellationToken);
            _surveyed = last = new Surveyed(fresh, now);
        }

        Outcome.Surveyed survey = last.Survey;
        now = loaded.Time.Now;
        IReadOnlyList<SeenWorker> seen = _askers.All();
        return new ShardWorkers(
            now,
            _askers.Since,
            seen,
            survey.Held,
            history.Workers(now),
            Coverage.Uncovered(survey.Ready, survey.Held, seen, _askers.Since, now, UncoveredMax));
    }

    public async Task<ErrorsAnswer> ErrorsAsync(ErrorWindow window, string? owner, CancellationToken cancellationToken)
    {
        await Recall.EnsureAsync(cancellationToken);
        return history.Errors(window, owner, loaded.Time.Now);
    }

    public void NoteReader(FeedFilter filter, FeedPlace place, bool isNow) =>
        loaded.Outbox.Readers.Note(filter, place, isNow, loaded.Time.Now);

    public async Task<ShardOwners> OwnersAsync(ErrorWindow window, string? owner, CancellationToken cancellationToken)
    {
        await BeSureAsync(cancellationToken);
        await Recall.EnsureAsync(cancellationToken);
        return _owners.Read(window, owner, loaded.Time.Now);
    }

    public ValueTask<JobLookup> FindAsync(JobId id, CancellationToken cancellationToken) => reads.FindAsync(id, cancellationToken);

    public async Task<IReadOnlyDictionary<JobId, Job>> FindManyAsync(
        IReadOnlyList<JobId> ids, JobFilter wanted, CancellationToken cancellationToken)
    {
        IReadOnlyDictionary<JobId, Job> found = await reads.FindManyAsync(ids, wanted, cancellationToken);
        if (wanted.IsChoosy)
        {
            loaded.Pages.Learn(found.Values);
        }

        return found;
    }

    public Task<JobLookup> WaitAsync(JobId id, JobCondition until, TimeSpan atMost, CancellationToken cancellationToken) =>
        reads.WaitAsync(id, until, atMost, cancellationToken);

    public Task<IReadOnlyList<LeaseNews>> HearAsync(
        IReadOnlyList<NamedLease> leases, IReadOnlySet<string>? queues, TimeSpan atMost, CancellationToken cancellationToken) =>
        reads.HearAsync(leases, queues, atMost, cancellationToken);

    public IAsyncEnumerable<JobEvent> WatchAsync(JobId id, long afterSequence, CancellationToken cancellationToken) =>
        reads.WatchAsync(id, afterSequence, cancellationToken);

    public async Task<IdPage> IdsAsync(long before, JobFilter wanted, CancellationToken cancellationToken)
    {
        await BeSureAsync(cancellationToken);
        return await reads.ReadAsync(token => _pages.ReadAsync(before, wanted, token), cancellationToken);
    }

    public async Task<IdPage> IdsUpAsync(long from, JobFilter wanted, CancellationToken cancellationToken)
    {
        await BeSureAsync(cancellationToken);
        return await reads.ReadAsync(token => _pages.ReadUpAsync(from, wanted, token), cancellationToken);
    }

    public async Task<IReadOnlyList<Job>> LiveAsync(JobFilter wanted, long beyond, int limit, CancellationToken cancellationToken)
    {
        await BeSureAsync(cancellationToken);
        return reads.Board.Live(wanted, beyond, limit);
    }

    public bool IsPaused(string queue) => reads.Board.IsPaused(queue);

    public async Task<FeedRange> FeedRangeAsync(CancellationToken cancellationToken)
    {
        await BeSureAsync(cancellationToken);
        OutboxView view = loaded.Outbox.View(long.MaxValue);
        return new FeedRange(new FeedPlace(view.WholeFrom, 0), new FeedPlace(view.Next, 0));
    }

    public async Task CatchUpAsync(TimeSpan atMost, CancellationToken cancellationToken)
    {
        try
        {
            await reads.Board.CaughtUp.WithinAsync(atMost, time, cancellationToken);
        }
        catch (TimeoutException)
        {
            // A store that does not answer for so long has hardly shown anybody what it may have stored.
        }
    }

    public async Task<EventPage> EventsAsync(FeedPlace from, FeedFilter filter, int limit, CancellationToken cancellationToken)
    {
        await BeSureAsync(cancellationToken);
        OutboxView view = loaded.Outbox.View(from.Number, Math.Max(1, limit));
        if (from.Number < view.First || from.Number > view.Next)
        {
            throw Expired();
        }

        if (from.Number == view.Next || limit <= 0)
        {
            return new EventPage([], from, 0, IsEnd: from.Number == view.Next);
        }

        OutboxRead read = await reads.ReadAsync(token => outbox.ReadAsync(view, from.Number, limit, token), cancellationToken);
        if (read.Holes.Count == 0)
        {
            return Filtered(read.Entries, from, read.End, filter, limit);
        }

        // The commit that deletes them may be under way yet: a command is answered behind it, and then memory tells.
        Hole hole = read.Holes[0];
        await CountedAsync(new Command.CountQueue(string.Empty), cancellationToken);
        if (hole.Number < loaded.Outbox.View(long.MaxValue).First)
        {
            throw Expired();
        }

        // What is in front of it is still handed out, so that nobody misses more than has to be.
        if (hole.Number > from.Number)
        {
            return Filtered([.. read.Entries.Where(entry => entry.Number < hole.Number)], from, hole.Number, filter, limit);
        }

        loaded.Outbox.ToldOfHole(hole.Number);
        throw new CursorExpiredException("Some events after this cursor are lost or cannot be read. The service's log says which.");
    }

    public async Task<ShardChanges> ChangesAsync(Job job, ChangesPlace? after, CancellationToken cancellationToken)
    {
        await BeSureAsync(cancellationToken);
        return await reads.ReadAsync(token => changes.ReadAsync(job, after, token), cancellationToken);
    }

    public IDisposable Follow(FeedPlace from, Signal grown) => loaded.Outbox.Follow(from.Number, grown);

    public async Task<QueueStatistics> QueueAsync(string queue, CancellationToken cancellationToken)
    {
        QueueStatistics counted = (await CountedAsync(new Command.CountQueue(queue), cancellationToken))[0];
        return counted with { IsRecent = history.RecentQueues(loaded.Time.Now).Contains(queue) };
    }

    public async Task<IReadOnlyList<QueueStatistics>> QueuesAsync(string? after, int limit, CancellationToken cancellationToken)
    {
        IReadOnlyList<QueueStatistics> counted = await CountedAsync(new Command.CountQueues(after, limit), cancellationToken);
        IReadOnlySet<string> recent = history.RecentQueues(loaded.Time.Now);

        // Behind the last one there may be more that were not counted.
        string? last = counted.Count == limit ? counted[^1].Name : null;
        IEnumerable<QueueStatistics> empty = recent
            .Except(counted.Select(queue => queue.Name))
            .Where(name => string.CompareOrdinal(name, after) > 0 && (last is null || string.CompareOrdinal(name, last) < 0))
            .Select(name => new QueueStatistics(name, false, 0, 0, 0));
        return [.. counted.Concat(empty).OrderBy(queue => queue.Name, StringComparer.Ordinal).Take(limit)
            .Select(queue => queue with { IsRecent = recent.Contains(queue.Name) })];
    }

    public async Task<ShardStanding> StandingAsync(CancellationToken cancellationToken)
    {
        await BeSureAsync(cancellationToken);
        return new ShardStanding(
            loaded.Number,
            loaded.Store.Head.Holder,
            loaded.Store.Head.Epoch,
            _since,
            loop.Done.Live,
            Waiting,
            UnpublishedEvents,
            OutboxLag,
            loop.Times.Read(loaded.Time.Now),
            limits.TwoStep)
        {
            StoreType = limits.StoreType,
        };
    }

    public async Task<ShardAudit> AuditAsync(CancellationToken cancellationToken)
    {
        await BeSureAsync(cancellationToken);
        Counts done = loop.Done;
        return new ShardAudit(
            loaded.Number,
            done.Since,
            done.Accepted,
            done.Live,
            done.Completed,
            done.Failed,
            done.Cancelled,
            done.Died,
            done.Started,
            done.Events,
            done.Published,
            done.Difference,
            done.EventsDifference);
    }

    /// <summary>
    /// What is in memory counts only while nobody else can hold the shard. Where the lease has run out, a command tells, for it is
    /// answered after a commit then; or the commit that is under way, which renews the lease as well: where a commit takes most of a
    /// lease, nobody has the time for the one after it.
    /// </summary>
    private async Task BeSureAsync(CancellationToken cancellationToken)
    {
        ShardLease lease = loaded.Store.Lease;
        if (lease.IsSure)
        {
            return;
        }

        var question = new Envelope(new Command.CountQueue(string.Empty));
        using IDisposable renewal = lease.OnRenewal(() =>
        {
            // One that waits leaves the line.
            question.TurnAway(Sure);
            question.TryAnswer(Sure);
        });
        if (!lease.IsSure)
        {
            await AskedAsync(question, limits.Answer, cancellationToken);
        }
    }

    private async Task<IReadOnlyList<QueueStatistics>> CountedAsync(Command count, CancellationToken cancellationToken) =>
        ((Outcome.Counted)await AskedAsync(count, cancellationToken)).Queues;

    private Task<Outcome> AskedAsync(Command question, CancellationToken cancellationToken) =>
        AskedAsync(new Envelope(question), limits.Answer, cancellationToken);

    private async Task<Outcome> AskedAsync(Envelope question, TimeSpan within, CancellationToken cancellationToken)
    {
        try
        {
            return await PostAsync(question, within, cancellationToken);
        }
        catch (OutcomeUnknownException exception)
        {
            // It stands behind a commit that takes its time, and changes nothing itself.
            throw new StoreUnavailableException("The state store does not answer.", exception);
        }
    }

    private static CursorExpiredException Expired() => new("Events after this cursor are no longer kept.");

    private static EventPage Filtered(IReadOnlyList<OutboxEntry> entries, FeedPlace from, long end, FeedFilter filter, int limit)
    {
        var events = new List<ShardEvent>();
        FeedPlace place = from;
        int lookedAt = 0;
        foreach (OutboxEntry entry in entries)
        {
            int offset = entry.Number == place.Number ? place.Offset : 0;
            for (; offset < entry.Events.Count && events.Count < limit; offset++)
            {
                lookedAt++;
                OutboxEvent item = entry.Events[offset];
                place = offset + 1 < entry.Events.Count ? new FeedPlace(entry.Number, offset + 1) : new FeedPlace(entry.Number + 1, 0);
                if ((filter.Owner is null || filter.Owner == item.Owner) && (filter.Queue is null || filter.Queue == item.Queue))
                {
                    events.Add(new ShardEvent(item.CloudEvent, item.Kind, place));
                }
            }
        }

        return new EventPage(events, events.Count < limit && place.Number < end ? new FeedPlace(end, 0) : place, lookedAt, IsEnd: false);
    }

    private void RequireReachable()
    {
        if (!loop.IsReachable)
        {
            throw new StoreUnavailableException("The state store does not answer.");
        }
    }

    private Task<Outcome> PostAsync(
        Envelope envelope, TimeSpan answer, CancellationToken cancellationToken, bool isPatient = false)
    {
        if (!isPatient)
        {
            RequireReachable();
        }

        return !loop.TryPost(envelope) ? throw new TooBusyException("More commands wait than can be held.")
            : !envelope.Waits && answer == loop.Answers.Length ? envelope.OutcomeAsync(loop.Answers, cancellationToken)
            : envelope.OutcomeAsync(answer, time, cancellationToken);
    }

    /// <summary>Who held what, and what was ready, at a time.</summary>
    private sealed record Surveyed(Outcome.Surveyed Survey, DateTimeOffset At)
    {
        public bool IsSmall { get; } = Survey.Held.Sum(held => held.Jobs) + Survey.Ready.Count <= SmallSurvey;
    }
}
