using System.Globalization;

namespace JobOrchestrator.Shards;

/// <summary>
/// One shard's documents: takes the shard, keeps it, commits, settles unclear answers. The head's ETag is the fence; whoever has lost it
/// can write nothing. An ETag counts only together with our own epoch and process, read in the same head: any other is another holder's.
/// </summary>
internal sealed partial class ShardStore(
    int shard, StoreCalls store, ReplicaIdentity identity, ShardLimits limits, TimeProvider time, ILogger logger)
{
    private readonly string _partition = Keys.Head(shard);
    private readonly TwoStepDocuments? _twoStep =
        limits.TwoStep ? new TwoStepDocuments(store, Keys.Head(shard), limits.CreatesByFirstWrite) : null;
    private Fence? _fence;
    private string? _toldOf; // why the store was away when that was last told; null: it is back, which was told too
    private bool _isReachable = true; // written by the shard's loop alone, read by all
    private long _awaySince; // a timestamp
    private TimeSpan _away;
    private long _nextFence;

    /// <summary>The head as committed.</summary>
    public Head Head { get; private set; } = new();

    /// <summary>How long the shard is certainly held here.</summary>
    public ShardLease Lease { get; } = new(limits.Lease, time);

    /// <summary>False while the store does not answer.</summary>
    public bool IsReachable
    {
        get => Volatile.Read(ref _isReachable);
        private set
        {
            if (_isReachable != value && value)
            {
                _away += time.GetElapsedTime(_awaySince);
            }
            else if (_isReachable != value)
            {
                Volatile.Write(ref _awaySince, time.GetTimestamp());
            }

            Volatile.Write(ref _isReachable, value);
        }
    }

    /// <summary>For how long it has not answered; null: it does.</summary>
    public TimeSpan? AwayFor => IsReachable ? null : time.GetElapsedTime(Volatile.Read(ref _awaySince));

    /// <summary>Why the last commit was refused; null: none was, or it was for no reason of its own.</summary>
    public CallException? Refusal { get; private set; }

    /// <summary>Whether the fence has to be read before the next commit.</summary>
    public bool NeedsReady => _fence is null || _twoStep is { HasWork: true };

    /// <summary>What the second step of the last commit has to write yet; readers may ask at any time.</summary>
    public IReadOnlyList<BatchEntry> Unwritten => _twoStep?.Unwritten ?? [];

    /// <summary>How long the store did not answer since this was asked the last time.</summary>
    public TimeSpan TakeAway()
    {
        TimeSpan away = _away;
        _away = TimeSpan.Zero;
        return away;
    }

    /// <summary>The head as it is stored, whoever wrote it; an empty one where there is none.</summary>
    public async Task<(Head Head, string? ETag)> LookAsync(CancellationToken cancellationToken)
    {
        StoredItem? stored = await store.GetAsync(_partition, _partition, cancellationToken);
        return stored is { } item ? (Head.Parse(item.Value), item.ETag) : (new Head(), null);
    }

    /// <summary>
    /// Takes the shard from where it was when it was looked at; from then on no former holder can commit. False: another was quicker, or
    /// it took so long that another may have come since.
    /// </summary>
    public async Task<bool> TryTakeAsync(Head current, string? etag, CancellationToken cancellationToken)
    {
        Head taken = current with
        {
            Epoch = current.Epoch + 1,
            Holder = identity.Id,
            Process = identity.Process,
            Address = identity.Address,
            LeaseEndsAt = LeaseEnd(),
            Renewal = current.Renewal + 1,
        };
        var sentAt = ClockReading.Of(time);
        if (!await store.TrySaveAsync(_partition, taken.ToUtf8(), etag, _partition, cancellationToken))
        {
            return false;
        }

        Head = taken;
        if (await RefreshAsync(cancellationToken) is null)
        {
            return false;
        }

        Lease.Renew(sentAt);
        return Lease.Holds;
    }

    /// <summary>
    /// Brings the documents of a former holder's last commit to what its head says, on a store that does not roll back. False: the shard
    /// is another's.
    /// </summary>
    public async Task<bool> RedoAsync(CancellationToken stopping)
    {
        if (Head.Batch is not { } batch)
        {
            return true;
        }

        TwoStepDocuments documents = _twoStep ?? new TwoStepDocuments(store, _partition, limits.CreatesByFirstWrite);
        documents.Redo(batch);
        return await FinishAsync(documents, stopping);
    }

    /// <summary>
    /// Everything is loaded, and nothing else writes the head any more. False: the lease has ended, and another may have come since.
    /// </summary>
    public bool TryBegin()
    {
        // What is done is not done again, after documents that are newer.
        Head = Head with { Batch = null };
        return Lease.Holds;
    }

    /// <summary>Renews the lease while the shard is being loaded. True: until it was told to end; false: the shard is another's.</summary>
    public async Task<bool> KeepAsync(CancellationToken ended, CancellationToken stopping)
    {
        while (true)
        {
            try
            {
                await Task.Delay(limits.Renew, time, ended);
            }
            catch (OperationCanceledException) when (ended.IsCancellationRequested)
            {
                return true;
            }

            if (await RewriteAsync(Head.CommitId, null, stopping) == Rewritten.Lost)
            {
                return false;
            }
        }
    }

    /// <summary>Notes the ETag of a document that was loaded; a store that does not roll back needs each one's.</summary>
    public void Loaded(string key, string etag) => _twoStep?.Loaded(key, etag);

    /// <summary>Writes a commit and stays with it until it is clear what became of it.</summary>
    public async Task<CommitResult> CommitAsync(CommitPlan plan, CancellationToken stopping)
    {
        Pause pause = store.NewPause();
        var started = ClockReading.Of(time);
        bool mayArriveLate = false;
        Refusal = null;
        while (true)
        {
            string etag = FenceOf(plan.Head);
            Exception failure;
            try
            {
                await WriteAsync(plan, etag, stopping);
                _fence = null;
                Written();
                return Stored(plan, started);
            }
            catch (Exception exception) when (!stopping.IsCancellationRequested)
            {
                LogCommitFailed(logger, shard, plan.Head.Commit, exception.Message);
                failure = exception;
            }

            if (failure is NeverSentException && !mayArriveLate)
            {
                _fence = null;
                IsReachable = false;
                return CommitResult.NothingWritten;
            }

            DistrustAfter(failure);
            mayArriveLate |= failure is not (RefusedException or NeverSentException);
            if (await ReadHeadAsync(stopping) is not { } found)
            {
                return CommitResult.Lost;
            }

            if (IsThere(plan.Head, found))
            {
                return Stored(plan, started);
            }

            if (found.Commit >= plan.Head.Commit)
            {
                // What is in memory is not what is stored.
                return CommitResult.Lost;
            }

            if (_fence!.Value.ETag != etag)
            {
                // A head of our own was late: whatever was sent by the ETag before can never be stored.
                mayArriveLate = false;
            }
            else if (IsForGood(failure, started))
            {
                return await FenceOffAsync(plan, started, failure, mayArriveLate, stopping);
            }

            await pause.WaitAsync(stopping);
        }
    }

    /// <summary>
    /// Gets ready for the next commit: the head's new ETag, and on a store that does not roll back the documents of the last one.
    /// Keeps trying while the store is away. False: the shard is another's.
    /// </summary>
    public async Task<bool> ReadyAsync(CancellationToken stopping)
    {
        if (_fence is null && (await ReadHeadAsync(stopping) is not { } found || !IsThere(Head, found)))
        {
            return false;
        }

        return _twoStep is not { HasWork: true } || await FinishAsync(_twoStep, stopping);
    }

    /// <summary>
    /// A read has failed: <see cref="ReadyAsync"/> reads the head before the next commit, and waits for a store that is away.
    /// </summary>
    public void Doubt() => _fence = null;

    /// <summary>Gives the shard back, so that another may take it at once, if that can be done without waiting for long.</summary>
    /// <param name="last">What happened by hours, which is written with it if the store takes both; null: nothing is.</param>
    public async Task ReleaseAsync(HoursPlan? last = null)
    {
        Lease.End();
        _fence = null;
        try
        {
            await ReleaseOnceAsync(last, CancellationToken.None);
            LogReleased(logger, shard);
        }
        catch (Exception exception)
        {
            LogNotReleased(logger, shard, exception.Message);
        }
    }

    /// <summary>
    /// By what is stored, with a batch that may not be done yet: and once it is written, no commit of ours can come late.
    /// </summary>
    private async Task ReleaseOnceAsync(HoursPlan? last, CancellationToken cancellationToken)
    {
        bool isDone = false;
        for (int tries = 0; tries < limits.Bounds.ReleaseTries && !isDone; tries++)
        {
            if (await store.GetAsync(_partition, _partition, cancellationToken) is not { } item
                || Head.Parse(item.Value) is var found && !IsOurs(found))
            {
                return;
            }

            Head free = found with
            {
                Holder = "",
                Process = null,
                Address = "",
                LeaseEndsAt = ClockReading.WallOf(time).UtcDateTime,
                Renewal = found.Renewal + 1,
            };
            isDone = tries == 0 && last is not null && IsThere(Head, found) && _twoStep is not { HasWork: true }
                ? await TryReleaseAsync(free, item.ETag, last, cancellationToken)
                : await store.TrySaveAsync(_partition, free.ToUtf8(), item.ETag, _partition, cancellationToken);
        }
    }

    /// <summary>
    /// Releases the shard by a commit of what is left to be written; false: it is not known whether that was done.
    /// </summary>
    private async Task<bool> TryReleaseAsync(Head free, string etag, HoursPlan last, CancellationToken cancellationToken)
    {
        free = free with
        {
            Commit = free.Commit + 1,
            CommitId = string.Create(CultureInfo.InvariantCulture, $"{free.Epoch}.r"),
            HistoryFrom = last.From,
        };
        try
        {
            if (_twoStep is null)
            {
                await store.TransactAsync(
                    [new StateOperation(_partition, free.ToUtf8(), etag), .. last.Documents], _partition, cancellationToken);
                return true;
            }

            // The batch of the last commit is written: this one is left to whoever takes the shard.
            Head left = free with { Batch = await _twoStep.EntriesOfAsync(last.Documents, cancellationToken) };
            return await store.TrySaveAsync(_partition, left.ToUtf8(), etag, _partition, cancellationToken);
        }
        catch (CallException)
        {
            return false;
        }
    }

    /// <summary>
    /// Whether a commit that failed so fails again if it is sent again. A store that is only busy, or full, is waited for, half of what
    /// callers wait for an answer, so that they hear for certain that nothing was written, if it comes to that.
    /// </summary>
    private bool IsForGood(Exception failure, ClockReading started) => failure switch
    {
        RefusedException { IsForNow: true } or UnclearException { IsForNow: true } =>
            time.GetElapsedTime(started.Timestamp) >= limits.Answer / 2,
        RefusedException or UnclearException { IsAnswer: true } => true,
        _ => false,
    };

    /// <summary>
    /// An error, or no answer, is no proof that nothing is written: the commit may arrive yet. Once the head has another ETag it cannot.
    /// And a store that has taken that write refuses this commit, and not any.
    /// </summary>
    private async Task<CommitResult> FenceOffAsync(
        CommitPlan plan, ClockReading started, Exception failure, bool mayArriveLate, CancellationToken stopping)
    {
        if (failure is RefusedException { IsForNow: true } && !mayArriveLate)
        {
            return CommitResult.NothingWritten;
        }

        Refusal = failure is RefusedException { IsForNow: true } or UnclearException { IsForNow: true } ? null : failure as CallException;
        return await RewriteAsync(string.Create(null, $"{Head.Epoch}.f{_nextFence++}"), plan.Head, stopping, mayArriveLate) switch
        {
            Rewritten.Overtaken => Stored(plan, started),
            Rewritten.Stored when Refusal is not null => CommitResult.Refused,
            Rewritten.Stored or Rewritten.Refused => CommitResult.NothingWritten,
            _ => CommitResult.Lost,
        };
    }

    /// <summary>Writes the head with the commit that it has, by the ETag that it has, until it is clear what became of it.</summary>
    /// <param name="commitId">The same one renews the lease, another one is a fence.</param>
    /// <param name="pending">A commit that may be stored meanwhile.</param>
    /// <param name="stopping">Gives up.</param>
    /// <param name="insists">False: a refusal is an end as well.</param>
    private async Task<Rewritten> RewriteAsync(string commitId, Head? pending, CancellationToken stopping, bool insists = true)
    {
        Head next = Head with { CommitId = commitId, Renewal = Head.Renewal + 1, LeaseEndsAt = LeaseEnd() };
        Pause pause = store.NewPause();
        var sentAt = ClockReading.Of(time);
        while (true)
        {
            bool isRefused = false;
            if (_fence is not null)
            {
                string etag = FenceOf(next);
                try
                {
                    await WriteHeadAsync(next, etag, stopping);
                }
                catch (Exception exception) when (!stopping.IsCancellationRequested)
                {
                    StoreAway(exception);
                    DistrustAfter(exception);
                    isRefused = exception is RefusedException or NeverSentException;
                    insists |= !isRefused;
                }
            }

            // The new ETag is wanted in any case, and what is stored says what became of it.
            if (await ReadHeadAsync(stopping) is not { } found)
            {
                return Rewritten.Lost;
            }

            if (pending is not null && IsThere(pending, found))
            {
                return Rewritten.Overtaken;
            }

            if (found.Commit != next.Commit)
            {
                return Rewritten.Lost;
            }

            if (IsThere(next, found) && found.Renewal == next.Renewal)
            {
                Head = Head with { CommitId = next.CommitId, Renewal = next.Renewal, LeaseEndsAt = next.LeaseEndsAt };
                Lease.Renew(sentAt);
                return Rewritten.Stored;
            }

            if (isRefused && !insists)
            {
                return Rewritten.Refused;
            }

            await pause.WaitAsync(stopping);
        }
    }

    /// <summary>
    /// In the way that commits take: a store that takes single writes and no transactions at the moment refuses no commit for what is
    /// in it.
    /// </summary>
    private Task WriteHeadAsync(Head head, string etag, CancellationToken cancellationToken) => _twoStep is null
        ? store.TransactAsync([new StateOperation(_partition, head.ToUtf8(), etag)], _partition, cancellationToken)
        : store.TrySaveAsync(_partition, head.ToUtf8(), etag, _partition, cancellationToken);

    private CommitResult Stored(CommitPlan plan, ClockReading sentAt)
    {
        Head = plan.Head;
        Lease.Renew(sentAt);
        _twoStep?.Committed();
        return CommitResult.Stored;
    }

    /// <summary>Until all of a batch is written; once the shard is another's, it is not this one's business any more.</summary>
    private async Task<bool> FinishAsync(TwoStepDocuments documents, CancellationToken stopping)
    {
        bool hasFailed = false;
        bool finished = await store.InsistAsync(
            async token =>
                (!hasFailed || await IsStillOursAsync(token))
                && await documents.FinishAsync(AreStraysAsync, token),
            exception =>
            {
                hasFailed = true;
                StoreAway(exception);
            },
            stopping);
        Written();
        return finished;

        async Task<bool> AreStraysAsync(CancellationToken token)
        {
            bool isOurs = await IsStillOursAsync(token);
            if (isOurs)
            {
                LogStrays(logger, shard, Head.Commit);
            }

            return isOurs;
        }
    }

    /// <summary>Whether the head is ours, read anew without touching the fence: a renewal may be under way beside it.</summary>
    private async Task<bool> IsStillOursAsync(CancellationToken cancellationToken) => IsOurs((await LookAsync(cancellationToken)).Head);

    private Task WriteAsync(CommitPlan plan, string etag, CancellationToken cancellationToken)
    {
        if (_twoStep is not null)
        {
            return _twoStep.CommitAsync(plan, etag, cancellationToken);
        }

        var operations = new List<StateOperation>(plan.Documents.Count + 1) { new(_partition, plan.HeadUtf8, etag) };
        operations.AddRange(plan.Documents);
        return store.TransactAsync(operations, _partition, cancellationToken);
    }

    /// <summary>Reads the head, and with it the ETag, for as long as it takes. Null: the shard is another's.</summary>
    private async Task<Head?> ReadHeadAsync(CancellationToken stopping)
    {
        Head? found = await store.InsistAsync(RefreshAsync, StoreAway, stopping);
        IsReachable = true;
        return found;
    }

    /// <summary>What is in memory is told no more until the head is read, where a write was refused for an ETag.</summary>
    private void DistrustAfter(Exception failure)
    {
        if (failure is CallException { SpeaksOfETag: true })
        {
            Lease.Distrust();
        }
    }

    /// <summary>A write got through: whoever was told that the store is away is told that it is back. A read alone says little.</summary>
    private void Written()
    {
        IsReachable = true;
        if (_toldOf is not null)
        {
            _toldOf = null;
            LogStoreBack(logger, shard);
        }
    }

    private void StoreAway(Exception exception)
    {
        IsReachable = false;

        // Every second another line would say the same.
        LogStoreAway(logger, _toldOf == exception.Message ? LogLevel.Debug : LogLevel.Warning, shard, exception.Message);
        _toldOf = exception.Message;
    }

    private async Task<Head?> RefreshAsync(CancellationToken cancellationToken)
    {
        StoredItem? item = await store.GetAsync(_partition, _partition, cancellationToken);
        if (item is { } found && Head.Parse(found.Value) is var head && IsOurs(head))
        {
            _fence = new Fence(found.ETag, head.Epoch, identity.Process);
            Lease.Trust();
            return head;
        }

        _fence = null;
        Lease.End();
        return null;
    }

    /// <summary>The ETag to write a head by. Without one of our own nothing is written, whatever else went wrong.</summary>
    private string FenceOf(Head next) => _fence is { } fence && fence.Epoch == next.Epoch && fence.Process == next.Process
        ? fence.ETag
        : throw new InvalidOperationException($"Shard {shard} was about to be written by an ETag that is not known to be its own.");

    private bool IsOurs(Head head) => head.Epoch == Head.Epoch && head.Process == identity.Process;

    private static bool IsThere(Head written, Head found) => found.Commit == written.Commit && found.CommitId == written.CommitId;

    private DateTime LeaseEnd() => (ClockReading.WallOf(time) + limits.Lease).UtcDateTime;

    /// <summary>An ETag, and whose head it was read with.</summary>
    private readonly record struct Fence(string ETag, long Epoch, string Process);

    private enum Rewritten
    {
        /// <summary>It is stored.</summary>
        Stored = 1,

        /// <summary>The commit that was pending is.</summary>
        Overtaken = 2,

        /// <summary>The shard is another's.</summary>
        Lost = 3,

        /// <summary>The store does not take this one either, and nothing is under way.</summary>
        Refused = 4,
    }

    [LoggerMessage(1, LogLevel.Warning, "Shard {Shard}: commit {Commit} got no clear yes; settling it. {Reason}")]
    private static partial void LogCommitFailed(ILogger logger, int shard, long commit, string reason);

    [LoggerMessage(EventId = 2, Message = "Shard {Shard}: the state store does not answer; trying again. {Reason}")]
    private static partial void LogStoreAway(ILogger logger, LogLevel level, int shard, string reason);

    [LoggerMessage(5, LogLevel.Information, "Shard {Shard}: the state store answers again.")]
    private static partial void LogStoreBack(ILogger logger, int shard);

    [LoggerMessage(6, LogLevel.Information, "Shard {Shard} is released.")]
    private static partial void LogReleased(ILogger logger, int shard);

    [LoggerMessage(
        4, LogLevel.Warning,
        "Shard {Shard}: documents of commit {Commit} were changed by a write that came late; they are written again as committed.")]
    private static partial void LogStrays(ILogger logger, int shard, long commit);

    [LoggerMessage(3, LogLevel.Warning, "Shard {Shard} could not be released; it is free once its lease is over. {Reason}")]
    private static partial void LogNotReleased(ILogger logger, int shard, string reason);
}
