using System.Threading.Channels;
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
    private readonly Channel<Envelope> _mailbox;
    private readonly ITimer _alarm;
    private readonly Pause _afterRefusal;
    private readonly Errands _errands;
    private readonly List<Envelope> _parked = [];
    private readonly List<(Envelope Envelope, Outcome Outcome)> _decided = [];
    private long? _tidiedAt; // a timestamp
    private bool _tidies; // the next commit does
    private readonly Func<bool> _canWorkersReport;
    private readonly ServedTime _served;

    // The time of what is decided now: one for a batch, but for what is decided after jobs had to be read back.
    private DateTimeOffset _now;
    private long _stampedAt; // when that was, a timestamp

    /// <param name="loaded">The shard.</param>
    /// <param name="documents">Where jobs are read back from.</param>
    /// <param name="limits">What commits keep to.</param>
    /// <param name="board">What readers see.</param>
    /// <param name="canWorkersReport">False while the service does not answer yet: until then no lease runs.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">The log.</param>
    public CommitLoop(
        LoadedShard loaded,
        StoreCalls documents,
        ShardLimits limits,
        JobBoard board,
        Func<bool> canWorkersReport,
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
        _time = time;
        _served = new ServedTime(limits.Bounds, time);
        _logger = logger;
        _afterRefusal = new Pause(limits.Bounds.AfterRefusal, time);
        _errands = new Errands(limits.Bounds.AfterRefusal.Longest, time);
        _sweep = new PageSweep(loaded.Number, loaded.Pages, documents);
        _planner = new Planner(loaded.Number, limits, loaded.Pages, loaded.Settings, loaded.Outbox, _sweep);
        _mailbox = Channel.CreateBounded<Envelope>(new BoundedChannelOptions(limits.MailboxMax) { SingleReader = true });
        _alarm = time.CreateTimer(_ => TryPost(NewAlarm()), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>The store answers; while it does not, new commands are turned away at once.</summary>
    public bool IsReachable => _store.IsReachable;

    /// <summary>Puts a command in line; false when the mailbox is full.</summary>
    public bool TryPost(Envelope envelope)
    {
        envelope.PostedAt = _time.GetTimestamp();
        return _mailbox.Writer.TryWrite(envelope);
    }

    /// <summary>Before it runs: a command that nobody waits for, tried until it is stored.</summary>
    public void Begin(Command errand) => _errands.Add(errand);

    /// <summary>Runs until the shard is lost (returns) or the service stops (throws <see cref="OperationCanceledException"/>).</summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        try
        {
            TryPost(NewAlarm());
            while (await _mailbox.Reader.WaitToReadAsync(stopping))
            {
                if (!await RoundAsync(stopping))
                {
                    return;
                }

                SetAlarm();
            }
        }
        finally
        {
            TurnEveryoneAway();
        }
    }

    public void Dispose() => _alarm.Dispose();

    /// <summary>One batch; false when the shard is another's.</summary>
    private async Task<bool> RoundAsync(CancellationToken stopping)
    {
        _served.Wake();
        if (_store.NeedsReady && !await ReadyAsync(stopping))
        {
            return false;
        }

        if (UntilTidying() <= TimeSpan.Zero)
        {
            _tidies = true;
            _tidiedAt = _time.GetTimestamp();
            _parked.RemoveAll(envelope => envelope.IsOver);
            await LookForExpiredAsync(_loaded.Time.ForDeleting, stopping);
        }

        // What the store is asked for comes before the time: a lease counts from when it is handed out.
        await RecallAheadAsync(stopping);
        StampTime();
        if (_errands.TakesBatchAlone())
        {
            RunErrands(1);
        }
        else
        {
            await FillAsync(stopping);
        }

        Changes changes = _shard.PeekChanges();
        if (changes.IsEmpty && UntilRenewal() > TimeSpan.Zero && !_sweep.HasWork && !_loaded.Settings.HasWork && _store.Lease.Holds)
        {
            _shard.TakeChanges();
            AnswerDecided();
            return true;
        }

        CommitPlan plan = _planner.Plan(_store.Head, changes, _now, _loaded.Time.ForDeleting, _tidies);
        _tidies = false;
        return await CommitAsync(plan, stopping);
    }

    private async Task FillAsync(CancellationToken stopping)
    {
        if (_shard.NextDue <= _now)
        {
            // What is due at once, however much, leaves half of each batch to those who wait.
            int parts = DoesAnyoneWait() ? 2 : 1;
            _shard.Apply(new Command.Tick(Math.Max(1, _limits.JobsMax / parts), _limits.BytesMax / parts), _now, HeardUpTo());
        }

        if (_errands.GoWithOthers)
        {
            RunErrands(_limits.Bounds.CommandsMax);
        }

        await DrainAsync(stopping);
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

    private async Task LookForExpiredAsync(DateTimeOffset now, CancellationToken stopping)
    {
        try
        {
            await _sweep.LookAsync(now, stopping);
        }
        catch (Exception exception) when (!stopping.IsCancellationRequested)
        {
            LogSweepFailed(_logger, _loaded.Number, exception.Message);
        }
    }

    private async Task<bool> ReadyAsync(CancellationToken stopping)
    {
        ServedTime.Moment asked = _served.Begin();
        bool ours = await _store.ReadyAsync(stopping);
        _served.Asked(asked, _store.TakeAway());
        return ours;
    }

    private async Task<bool> CommitAsync(CommitPlan plan, CancellationToken stopping)
    {
        ServedTime.Moment asked = _served.Begin();
        CommitResult result = await _store.CommitAsync(plan, stopping);
        if (result == CommitResult.Stored)
        {
            _served.Asked(asked, _store.TakeAway());
        }

        switch (result)
        {
            case CommitResult.Stored:
                _afterRefusal.Reset();
                _shard.TakeChanges();
                Remember(plan);
                AnswerDecided();

                // Off the callers' path, and before the next batch is drawn: what the next commit needs to know.
                return await ReadyAsync(stopping);
            case CommitResult.NothingWritten:
                _shard.Rollback();
                RefuseDecided(new StoreUnavailableException("The state store does not take writes at the moment; nothing was written."));
                await _afterRefusal.WaitAsync(stopping);
                _served.TurnedAway(asked);
                return await ReadyAsync(stopping);
            case CommitResult.Lost:
                LogLost(_logger, _loaded.Number);
                RefuseDecided(new OutcomeUnknownException("The shard moved to another replica during the write."));
                return false;
            default:
                throw new InvalidOperationException($"No such result: {result}.");
        }
    }

    /// <summary>The commit is stored: memory follows, readers see it, events go on their way.</summary>
    private void Remember(CommitPlan plan)
    {
        Changes changes = plan.Changes;
        foreach (Job job in changes.Created)
        {
            _loaded.Pages.Add(job, plan.Head.Epoch);
        }

        foreach (Job job in changes.Jobs)
        {
            // A finished job that was recalled may be on the board or not; either way it counted as finished.
            _loaded.Pages.Count(_board.Find(job.Id), job);
        }

        foreach (long page in plan.Retired)
        {
            _loaded.Pages.Retire(page);
        }

        if (plan.Removed is { } removed)
        {
            _loaded.Pages.Remove(removed);
        }

        _sweep.Stored();
        _loaded.Settings.Stored(plan.Settings);
        _loaded.Outbox.RemoveOldest(plan.OutboxDeleted);
        _board.Show(changes);
        if (plan.Outbox is { } entry)
        {
            _loaded.Outbox.Add(entry, plan.OutboxBytes, _now);
        }
    }

    private void TurnEveryoneAway()
    {
        _mailbox.Writer.TryComplete();
        RefuseDecided(new OutcomeUnknownException("The service stopped during the write."));
        var unavailable = new StoreUnavailableException("The shard is not held here at the moment.");
        foreach (Envelope envelope in _parked)
        {
            envelope.TryRefuse(unavailable);
        }

        while (_mailbox.Reader.TryRead(out Envelope? envelope))
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

        if (_errands.Wait == TimeSpan.Zero)
        {
            // At once; where there is no room for it, something else wakes the loop.
            TryPost(NewAlarm());
        }
        else if (_errands.Wait is { } untilErrand && untilErrand < wait)
        {
            wait = untilErrand;
        }

        if ((_sweep.HasWork || _loaded.Settings.HasWork) && wait > _limits.Bounds.SweepEvery)
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

    private static Envelope NewAlarm() => new(new Command.Tick(0));

    [LoggerMessage(11, LogLevel.Warning, "Shard {Shard}: could not look for jobs past their retention; trying again. {Reason}")]
    private static partial void LogSweepFailed(ILogger logger, int shard, string reason);

    [LoggerMessage(10, LogLevel.Warning, "Shard {Shard} is held by another replica now.")]
    private static partial void LogLost(ILogger logger, int shard);
}
