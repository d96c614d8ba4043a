using JobOrchestrator.Core;

namespace JobOrchestrator.Shards;

/// <summary>
/// The one writer of a shard: drains what has arrived, stamps the time once, applies, stores, and only then answers and tells.
/// Batching is natural: whatever arrives while a commit is under way is the next batch.
/// </summary>
internal sealed partial class CommitLoop : IDisposable
{
    private readonly LoadedShard _loaded;
    private readonly Shard _shard;
    private readonly ShardStore _store;
    private readonly SureReads _reads;
    private readonly ShardLimits _limits;
    private readonly Planner _planner;
    private readonly PageSweep _sweep;
    private readonly JobBoard _board;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Mailbox _mailbox;
    private readonly ITimer _alarm;
    private readonly Pause _afterRefusal;
    private readonly Errands _errands;
    private readonly ParkedLeases _parked = new();
    private readonly List<(Envelope Envelope, Outcome Outcome)> _decided = [];
    private long _changedAt; // a timestamp
    private long? _tidiedAt; // a timestamp
    private readonly CancellationTokenSource _looking = new();
    private volatile Looked? _looked; // for what is past its retention; the loop has not seen it yet
    private long? _lookedAt; // a timestamp; null: not yet, or it failed
    private long _unstoredSince = long.MaxValue; // a timestamp: the first commit that was begun after the last success; none so far
    private readonly Func<bool> _canWorkersReport;
    private readonly Instruments _instruments;
    private readonly ShardHistory _history;
    private readonly ServedTime _served;
    private volatile Counts _counts;

    // The time of what is decided now: one for a batch.
    private DateTimeOffset _now;
    private long _stampedAt; // when that was, a timestamp

    /// <param name="loaded">The shard.</param>
    /// <param name="documents">Where jobs are read back from.</param>
    /// <param name="limits">What commits keep to.</param>
    /// <param name="board">What readers see.</param>
    /// <param name="aside">Counts the jobs that the store takes no change of.</param>
    /// <param name="unreadable">Names the documents that cannot be read.</param>
    /// <param name="canWorkersReport">False while the service does not answer yet: until then no lease runs.</param>
    /// <param name="instruments">What commits are measured by.</param>
    /// <param name="history">What happened when.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">The log.</param>
    public CommitLoop(
        LoadedShard loaded,
        StoreCalls documents,
        ShardLimits limits,
        JobBoard board,
        SetAside aside,
        UnreadableDocuments unreadable,
        Func<bool> canWorkersReport,
        Instruments instruments,
        ShardHistory history,
        TimeProvider time,
        ILogger logger)
    {
        _loaded = loaded;
        _shard = loaded.Shard;
        _store = loaded.Store;
        _reads = new SureReads(documents, Keys.Head(loaded.Number));
        _limits = limits;
        _board = board;
        _canWorkersReport = canWorkersReport;
        _instruments = instruments;
        _history = history;
        _time = time;
        _served = new ServedTime(limits.Bounds, time);
        _logger = logger;
        _afterRefusal = new Pause(limits.Bounds.AfterRefusal, time);
        _aside = new AsideJobs(limits.Bounds.Aside, aside, time);
        _unreadable = unreadable;
        _withoutInput = new AsideJobs(limits.Bounds.Aside, new SetAside(), time);
        _inputs = new InputReads(_reads, limits.Bounds.DocumentsInOneRead, limits.Bounds.JobBytesInOneRead);
        _counts = Counts.Loaded(_store.Head, _shard.LiveJobs, loaded.Time.Now);
        _sieve = new Sieve(limits.Bounds.CommandsMax, time);
        _extrasMax = limits.OperationsMax;
        _documentsInOneRead = Math.Min(limits.Bounds.DocumentsInFirstRead, limits.Bounds.DocumentsInOneRead);
        _errands = new Errands(limits.Bounds.AfterRefusal.Longest, time);
        _sweep = new PageSweep(loaded.Number, loaded.Pages, documents, limits.Bounds);
        _planner = new Planner(loaded.Number, limits, loaded.Pages, loaded.Settings, loaded.Outbox, _sweep, history);
        _mailbox = new Mailbox(limits.MailboxMax);
        Answers = new AnswerLimit(limits.Answer, time);
        _alarm = time.CreateTimer(_ => _mailbox.Wake(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>The store answers; while it does not, new commands are turned away at once.</summary>
    public bool IsReachable => _store.IsReachable;

    /// <summary>The time within which commands are answered.</summary>
    public AnswerLimit Answers { get; }

    /// <summary>How many commands wait: for their turn, or for a job that can be handed out.</summary>
    public int Waiting => _mailbox.Count + _parked.Count;

    /// <summary>How many wait for their turn.</summary>
    public int InLine => _mailbox.Count;

    /// <summary>For how long commits have been tried without a success; zero: the last one is stored.</summary>
    public TimeSpan StoredNothingFor =>
        Volatile.Read(ref _unstoredSince) is var since and < long.MaxValue ? _time.GetElapsedTime(since) : TimeSpan.Zero;

    /// <summary>How fast jobs are handed out; readers may ask at any time.</summary>
    public StartPace Pace { get; } = new();

    /// <summary>How long attempts take; readers may ask at any time.</summary>
    public RunTimes Runs { get; } = new();

    /// <summary>How long commits take; readers may ask at any time.</summary>
    public CommitTimes Times { get; } = new();

    /// <summary>What the shard has done, as of its last commit; readers may ask at any time.</summary>
    public Counts Done => _counts;

    /// <summary>Puts a command in line; false when the mailbox is full.</summary>
    public bool TryPost(Envelope envelope)
    {
        envelope.PostedAt = _time.GetTimestamp();
        return _mailbox.TryPost(envelope);
    }

    /// <summary>Before it runs: a command that nobody waits for, tried until it is stored.</summary>
    public void Begin(Command errand) => _errands.Add(errand);

    /// <summary>Runs until the shard is lost (returns) or the service stops (throws <see cref="OperationCanceledException"/>).</summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        try
        {
            do
            {
                SetAlarm();
                await _mailbox.WaitAsync(stopping);
            }
            while (await RoundAsync(stopping));
        }
        finally
        {
            TurnEveryoneAway();
        }
    }

    public void Dispose()
    {
        _looking.Cancel();
        _looking.Dispose();
        _alarm.Dispose();
        Answers.Dispose();
    }

    /// <summary>One batch; false when the shard is another's.</summary>
    private async Task<bool> RoundAsync(CancellationToken stopping)
    {
        _served.Wake();
        if (_store.NeedsReady && !await ReadyAsync(stopping))
        {
            return false;
        }

        bool tidy = UntilTidying() <= TimeSpan.Zero;
        if (tidy)
        {
            _tidiedAt = _time.GetTimestamp();
            _parked.RemoveOver();
        }

        LookForExpired(_loaded.Time.ForDeleting, tidy, _looking.Token);

        // What the store is asked for comes before the time: a lease counts from when it is handed out.
        _turn = NextTurn();
        _readBack.Clear();
        _readBackBytes = 0;
        List<Envelope> group = _turn == Turn.Group ? await RecallGroupAsync(stopping) : [];
        if (_turn == Turn.Everybody)
        {
            await RecallAheadAsync(stopping);
        }

        StampTime();
        TakeBackAside();
        _due = 0;
        switch (_turn)
        {
            case Turn.Errand:
                RunErrands(1);
                break;
            case Turn.Group:
                DecideGroup(group);
                break;
            case Turn.Everybody:
                Fill();
                break;
        }

        InputsFor inputs = await BringInputsAsync(stopping);
        if (inputs is InputsFor.NoBatch or InputsFor.NoShard)
        {
            return inputs == InputsFor.NoBatch;
        }

        Changes changes = _shard.PeekChanges();
        _changedAt = changes.IsEmpty ? _changedAt : _stampedAt;
        if (changes.IsEmpty && UntilRenewal() > TimeSpan.Zero && !HasExtras && _store.Lease.Holds)
        {
            _shard.TakeChanges();
            AnswerDecided();
            return true;
        }

        int extrasMax = _turn == Turn.Everybody ? _extrasMax : 0;
        Head head = _store.Head with { Counts = _counts.With(changes, _shard.LiveJobs, _shard.LiveInMemory) };
        DateTimeOffset now = inputs == InputsFor.TheBatch ? _loaded.Time.Now : _now;
        CommitPlan plan = _planner.Plan(head, changes, now, _loaded.Time.ForDeleting, extrasMax, IsIdle);
        if (IsToBeDivided(plan))
        {
            Divide(plan, refusal: null);
            return true;
        }

        return await CommitAsync(plan, stopping);
    }

    private void Fill()
    {
        if (_shard.NextDue <= _now && !_sieve.HasTime)
        {
            NoteUnseen();

            // What is due at once, however much, leaves half of each batch to those who wait.
            int parts = DoesAnyoneWait() ? 2 : 1;
            _due = ((Outcome.Done)_shard.Apply(
                new Command.Tick(Math.Max(1, _limits.JobsMax / parts), ReckonedBytesMax / parts), _now, HeardUpTo())).Jobs;
        }

        Drain();
        ServeParked();
    }

    private void StampTime()
    {
        _now = _loaded.Time.Now;
        _stampedAt = _time.GetTimestamp();
        Command.Excuse? owed = _served.Settle();
        if (!_canWorkersReport())
        {
            owed = new Command.Excuse();
        }

        if (owed is not null)
        {
            _shard.Apply(owed, _now);
        }
    }

    /// <summary>There is something to forget or to move, also where nobody wants anything.</summary>
    private bool HasExtras =>
        _loaded.Settings.HasWork
        || _sweep.HasWork(_loaded.Time.ForDeleting)
        || _loaded.Pages.Settled(_loaded.Time.ForDeleting, 1, _limits.Bounds.PartSweepGrace).Count > 0
        || _loaded.Pages.ToMark(_loaded.Time.ForDeleting, IsIdle, 1).Count > 0;

    private bool IsIdle => _time.GetElapsedTime(_changedAt) >= _limits.Bounds.IdleAfter;

    /// <summary>
    /// Often enough to keep up with any rate, seldom enough to be in no way; after a failure with the next tidying. The store is read
    /// beside the commits: however slow it is, nobody waits for what is to be forgotten.
    /// </summary>
    private void LookForExpired(DateTimeOffset now, bool tidy, CancellationToken stopping)
    {
        if (_looked is { } looked)
        {
            _looked = null;
            Enter(looked, now);
        }

        if (_sweep.NeedsLook(now)
            && (tidy || (_lookedAt is { } lookedAt && _time.GetElapsedTime(lookedAt) >= _limits.Bounds.SweepEvery)))
        {
            _lookedAt = _time.GetTimestamp();
            _ = LookAsync(_sweep.LookAsync(now, stopping));
        }
    }

    private async Task LookAsync(Task<IReadOnlyDictionary<string, StoredItem>> look)
    {
        try
        {
            _looked = new Looked(await look, null);
        }
        catch (Exception exception)
        {
            _looked = new Looked(null, exception.Message);
        }

        _mailbox.Wake();
    }

    private void Enter(Looked looked, DateTimeOffset now)
    {
        string? problem = looked.Problem;
        try
        {
            _sweep.Enter(looked.Found, now);
        }
        catch (InvalidOperationException exception)
        {
            problem = exception.Message;
        }

        if (problem is not null)
        {
            _lookedAt = null;
            LogSweepFailed(_logger, _loaded.Number, problem);
        }
    }

    private async Task<bool> ReadyAsync(CancellationToken stopping)
    {
        ClockReading asked = _served.Begin();
        bool ours = await _store.ReadyAsync(stopping);
        _served.Asked(asked, _store.TakeAway());
        return ours;
    }

    private async Task<bool> CommitAsync(CommitPlan plan, CancellationToken stopping)
    {
        ClockReading asked = _served.Begin();
        Interlocked.CompareExchange(ref _unstoredSince, asked.Timestamp, long.MaxValue);
        _board.Send(plan.Changes.Jobs);
        CommitResult result = await _store.CommitAsync(plan, stopping);
        if (result == CommitResult.Stored)
        {
            _served.Asked(asked, _store.TakeAway());
        }

        switch (result)
        {
            case CommitResult.Stored:
                Volatile.Write(ref _unstoredSince, long.MaxValue);
                _afterRefusal.Reset();
                AllowExtras();
                _counts = plan.Head.Counts!;
                _aside.Stored(plan.Changes.Jobs);
                InputsStored(plan.Changes.Jobs);
                TimeSpan took = _time.GetElapsedTime(asked.Timestamp);
                _instruments.Stored(plan.Changes, took);
                Times.Count(took, _now);
                Pace.Stored(plan.Changes.Events, _shard.Ready, _now);
                Runs.Stored(plan.Changes.Events);
                _history.SavedHours(plan.HistoryDays, _now);
                _history.Stored(plan.Changes.Events, _shard, _now);
                Remember(plan, _shard.TakeChanges());
                _board.Send([]);
                AnswerDecided();

                // Off the callers' path, and before the next batch is drawn: what the next commit needs to know.
                return await ReadyAsync(stopping);
            case CommitResult.NothingWritten:
                _board.Send([]);
                _shard.Rollback();
                RefuseDecided(new StoreUnavailableException("The state store does not take writes at the moment; nothing was written."));
                await _afterRefusal.WaitAsync(stopping);
                _served.TurnedAway(asked);
                return await ReadyAsync(stopping);
            case CommitResult.Refused:
                _board.Send([]);
                _history.RefusedHours(plan.HistoryDays, areAlone: plan.Changes.Jobs.Count == 0, _now);
                Divide(plan, _store.Refusal);
                _served.TurnedAway(asked);
                return await ReadyAsync(stopping);
            case CommitResult.Lost:
                LogLost(_logger, _loaded.Number);
                _instruments.Conflicted();
                RefuseDecided(new OutcomeUnknownException("The shard moved to another replica during the write."));
                return false;
            default:
                throw new InvalidOperationException($"No such result: {result}.");
        }
    }

    /// <summary>The commit is stored: memory follows, readers see it, events go on their way.</summary>
    /// <param name="plan">The commit.</param>
    /// <param name="kept">Its changes, with the jobs as memory keeps them.</param>
    private void Remember(CommitPlan plan, Changes kept)
    {
        Changes changes = plan.Changes;
        _loaded.Pages.Marked(plan.Marked);
        foreach (Job job in changes.Created)
        {
            _loaded.Pages.Add(job, plan.Head.Epoch);
        }

        foreach (Job job in changes.Jobs)
        {
            // A finished job that was recalled may be on the board or not; either way it counted as finished.
            _loaded.Pages.Count(_board.Find(job.Id), job);
            _sweep.Count(job);
        }

        _sweep.Stored();
        foreach (long page in plan.Retired)
        {
            _sweep.Retire(page);
            _loaded.Pages.Retire(page);
        }

        _loaded.Pages.Release(plan.Free);
        _loaded.Pages.Remove(plan.Swept.Removed);
        _loaded.Settings.Stored(plan.Settings);
        _loaded.Outbox.RemoveOldest(plan.OutboxDeleted.Count);
        foreach (string key in plan.OutboxDeleted)
        {
            _loaded.Unreadable.Remove(key);
        }

        _board.Show(kept);
        if (plan.Outbox is { } entry)
        {
            _loaded.Outbox.Add(entry, plan.OutboxBytes, _now);
        }

        JobLines.Tell(_logger, changes);
    }

    private void TurnEveryoneAway()
    {
        IReadOnlyList<Envelope> left = _mailbox.Close();
        _aside.Clear();
        _withoutInput.Clear();
        RefuseDecided(new OutcomeUnknownException("The service stopped during the write."));
        var unavailable = new StoreUnavailableException("The shard is not held here at the moment.");
        foreach (Envelope envelope in _parked.Clear().Concat(_sieve.Clear()).Concat(left))
        {
            envelope.TryRefuse(unavailable);
        }
    }

    private void SetAlarm()
    {
        TimeSpan renewal = UntilRenewal();
        TimeSpan tidying = UntilTidying();
        TimeSpan wait = renewal < tidying ? renewal : tidying;
        if (_shard.NextDue is { } due && due - _loaded.Time.Now is var left && left < wait)
        {
            wait = left;
        }

        if (_sieve.FirstReport is not null && wait < _limits.Bounds.SweepEvery)
        {
            // A lease whose end is due waits for that report: no reason to look again at once.
            wait = _limits.Bounds.SweepEvery;
        }

        if (_errands.Wait == TimeSpan.Zero || _sieve.HasWork || _mailbox.HasAny)
        {
            // At once: what is left over is the next batch.
            _mailbox.Wake();
        }
        else if (_errands.Wait is { } untilErrand && untilErrand < wait)
        {
            wait = untilErrand;
        }

        if (_sieve.Wait is { } untilGroup && untilGroup < wait)
        {
            wait = untilGroup;
        }

        if (_aside.Wait is { } untilAside && untilAside < wait)
        {
            wait = untilAside;
        }

        if (_withoutInput.Wait is { } untilReadAgain && untilReadAgain < wait)
        {
            wait = untilReadAgain;
        }

        if ((HasExtras || _sweep.NeedsLook(_loaded.Time.ForDeleting)) && wait > _limits.Bounds.SweepEvery)
        {
            wait = _limits.Bounds.SweepEvery;
        }

        // While leases run it looks often enough to notice when it has stood still.
        TimeSpan pulse = _limits.Bounds.StallExcused / 2;
        wait = _shard.HasLeases && wait > pulse ? pulse : wait > TimeSpan.Zero ? wait : TimeSpan.Zero;
        _served.Sleep(wait);
        _alarm.Change(wait, Timeout.InfiniteTimeSpan);
    }

    /// <summary>By the monotonic clock: whatever the wall clock does, an idle holder renews its lease.</summary>
    private TimeSpan UntilRenewal() => _limits.Renew - _store.Lease.SinceRenewal;

    private TimeSpan UntilTidying() =>
        _tidiedAt is { } tidiedAt ? _limits.Renew - _time.GetElapsedTime(tidiedAt) : TimeSpan.Zero;

    private sealed record Looked(IReadOnlyDictionary<string, StoredItem>? Found, string? Problem);

    [LoggerMessage(11, LogLevel.Warning, "Shard {Shard}: could not look for jobs past their retention; trying again. {Reason}")]
    private static partial void LogSweepFailed(ILogger logger, int shard, string reason);

    [LoggerMessage(10, LogLevel.Warning, "Shard {Shard} is held by another replica now.")]
    private static partial void LogLost(ILogger logger, int shard);
}
