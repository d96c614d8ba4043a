namespace JobOrchestrator.Shards;

/// <summary>
/// One shard's documents: takes the shard, commits, settles unclear answers. The head's ETag is the fence; whoever has lost it can
/// write nothing.
/// </summary>
internal sealed partial class ShardStore(int shard, StoreCalls store, ShardLimits limits, TimeProvider time, ILogger logger)
{
    private readonly string _partition = Keys.Head(shard);
    private readonly TwoStepDocuments? _twoStep = limits.TwoStep ? new TwoStepDocuments(store, Keys.Head(shard)) : null;
    private string? _etag;

    /// <summary>The head as committed.</summary>
    public Head Head { get; private set; } = new();

    /// <summary>False while the store does not answer.</summary>
    public bool IsReachable { get; private set; } = true;

    /// <summary>
    /// Takes the shard if it is free, expired or this replica's own; from then on no former holder can commit. Null: it is another's.
    /// </summary>
    public async Task<Head?> TryTakeAsync(string replica, string address, CancellationToken cancellationToken)
    {
        DateTimeOffset now = time.GetUtcNow();
        StoredItem? stored = await store.GetAsync(_partition, _partition, cancellationToken);
        Head current = stored is { } item ? Head.Parse(item.Value) : new Head();
        if (stored is not null && current.Holder != replica && current.LeaseEndsAt > now.UtcDateTime)
        {
            return null;
        }

        Head taken = current with
        {
            Epoch = current.Epoch + 1,
            Holder = replica,
            Address = address,
            LeaseEndsAt = (now + limits.Lease).UtcDateTime,
        };
        bool won = await store.TrySaveAsync(_partition, taken.ToUtf8(), stored?.ETag, _partition, cancellationToken);
        if (!won)
        {
            return null;
        }

        Head = taken;
        _etag = null;
        await RefreshAsync(cancellationToken);
        if (taken.Batch is not null)
        {
            await (_twoStep ?? new TwoStepDocuments(store, _partition)).RedoAsync(taken, cancellationToken);
        }

        return taken;
    }

    /// <summary>Notes the ETag of a document that was loaded; a store that does not roll back needs each one's.</summary>
    public void Loaded(string key, string etag) => _twoStep?.Loaded(key, etag);

    /// <summary>Writes a commit and stays with it until it is clear what became of it.</summary>
    public async Task<CommitResult> CommitAsync(CommitPlan plan, CancellationToken stopping)
    {
        Pause pause = store.NewPause();
        long started = time.GetTimestamp();
        bool mayArriveLate = false;
        while (true)
        {
            bool refused = false;
            bool isForNow = false;
            try
            {
                await WriteAsync(plan, stopping);
                _etag = null;
                IsReachable = true;
                return Stored(plan);
            }
            catch (NeverSentException exception)
            {
                LogCommitFailed(logger, shard, plan.Head.Commit, exception.Message);
                if (!mayArriveLate)
                {
                    _etag = null;
                    IsReachable = false;
                    return CommitResult.NothingWritten;
                }
            }
            catch (Exception exception) when (!stopping.IsCancellationRequested)
            {
                // A refusal, whatever it says, means that nothing is under way any more.
                refused = exception is RefusedException;
                isForNow = exception is RefusedException { IsForNow: true };
                mayArriveLate |= !refused;
                LogCommitFailed(logger, shard, plan.Head.Commit, exception.Message);
            }

            Head? found = await ReadHeadAsync(stopping);
            if (found is null || found.Epoch != plan.Head.Epoch)
            {
                return CommitResult.Lost;
            }

            if (found.Commit == plan.Head.Commit && found.CommitId == plan.Head.CommitId)
            {
                return Stored(plan);
            }

            if (found.Commit >= plan.Head.Commit)
            {
                // A commit that was given up has arrived after all: what is in memory is not what is stored.
                return CommitResult.Lost;
            }

            // A store that is only busy is waited for: callers would have to ask again otherwise. Half of what they wait for an answer, so
            // that they hear for certain that nothing was written, if it comes to that.
            bool waits = isForNow && time.GetElapsedTime(started) < limits.Answer / 2;
            if (refused && !mayArriveLate && !waits)
            {
                return CommitResult.NothingWritten;
            }

            await pause.WaitAsync(stopping);
        }
    }

    private CommitResult Stored(CommitPlan plan)
    {
        Head = plan.Head;
        _twoStep?.Committed();
        return CommitResult.Stored;
    }

    /// <summary>
    /// Gets ready for the next commit: the head's new ETag, and on a store that does not roll back the documents of the last one.
    /// Keeps trying while the store is away. False: the shard is another's.
    /// </summary>
    public async Task<bool> ReadyAsync(CancellationToken stopping)
    {
        if (_etag is null && (await ReadHeadAsync(stopping) is not { } found || found.Epoch != Head.Epoch || found.Commit != Head.Commit))
        {
            return false;
        }

        return _twoStep is not { HasWork: true } || await FinishAsync(stopping);
    }

    /// <summary>Whether the fence has to be read before the next commit.</summary>
    public bool NeedsReady => _etag is null || _twoStep is { HasWork: true };

    private async Task<bool> FinishAsync(CancellationToken stopping)
    {
        bool finished = await store.InsistAsync(_twoStep!.FinishAsync, StoreAway, stopping);
        IsReachable = true;
        return finished;
    }

    private Task WriteAsync(CommitPlan plan, CancellationToken cancellationToken)
    {
        if (_twoStep is not null)
        {
            return _twoStep.CommitAsync(plan, _etag!, cancellationToken);
        }

        var operations = new List<StateOperation>(plan.Documents.Count + 1) { new(_partition, plan.Head.ToUtf8(), _etag) };
        operations.AddRange(plan.Documents);
        return store.TransactAsync(operations, _partition, cancellationToken);
    }

    /// <summary>Reads the head, and with it the ETag, for as long as it takes.</summary>
    private async Task<Head?> ReadHeadAsync(CancellationToken stopping)
    {
        Head? found = await store.InsistAsync(RefreshAsync, StoreAway, stopping);
        IsReachable = true;
        return found;
    }

    private void StoreAway(Exception exception)
    {
        IsReachable = false;
        LogStoreAway(logger, shard, exception.Message);
    }

    private async Task<Head?> RefreshAsync(CancellationToken cancellationToken)
    {
        StoredItem? item = await store.GetAsync(_partition, _partition, cancellationToken);
        _etag = item?.ETag;
        return item is { } found ? Head.Parse(found.Value) : null;
    }

    [LoggerMessage(1, LogLevel.Warning, "Shard {Shard}: commit {Commit} got no clear yes; settling it. {Reason}")]
    private static partial void LogCommitFailed(ILogger logger, int shard, long commit, string reason);

    [LoggerMessage(2, LogLevel.Warning, "Shard {Shard}: the state store does not answer; trying again. {Reason}")]
    private static partial void LogStoreAway(ILogger logger, int shard, string reason);
}
