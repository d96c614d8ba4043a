using JobOrchestrator.Core;
using JobOrchestrator.Waiting;

namespace JobOrchestrator.Shards;

/// <summary>
/// One replica: learns what the store is, takes each shard, runs its loop and its publisher, and begins again when it loses one.
/// </summary>
/// <param name="store">The store.</param>
/// <param name="bus">Where events go.</param>
/// <param name="survey">Asks the store what it is.</param>
/// <param name="identity">Who this replica is.</param>
/// <param name="settings">What it is told.</param>
/// <param name="loops">Keeps its loops going.</param>
/// <param name="instruments">What its commits are measured by.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">The log.</param>
internal sealed partial class Replica(
    IStateStore store,
    IEventBus bus,
    StoreSurvey survey,
    ReplicaIdentity identity,
    ReplicaSettings settings,
    Loops loops,
    Instruments instruments,
    TimeProvider time,
    ILogger<Replica> logger) : IShardMap
{
    private readonly StoreCalls _store = new(store, settings.RequestTimeout, settings.Bounds.StoreAway, time);
    private readonly ShardClock _clock = new(time, settings.Bounds, logger);
    private volatile Place[] _places = [];
    private volatile bool _isAnswering;
    private volatile string? _refusal;
    private volatile bool _hasNamesake;
    private volatile string? _surveyed; // what the survey warns of
    private readonly SetAside _setAside = new();

    /// <summary>What commits keep to; null until the store has been reached.</summary>
    public ShardLimits? Limits { get; private set; }

    /// <summary>How many shards the store has; null until it has been reached.</summary>
    public int? ShardCount => Limits is null ? null : _places.Length;

    /// <summary>What each shard has in this process's memory now, by number; none until the store has been reached.</summary>
    public IReadOnlyList<ShardSizes> Sizes =>
        [.. _places.Select(place => new ShardSizes(
            place.Board.Jobs, place.Board.Watched, place.Held?.Waiting ?? 0, place.Held?.Unpublished ?? 0))];

    /// <summary>How the shards that are held here stand.</summary>
    public ReplicaFigures Figures => ReplicaFigures.Of(_places);

    /// <summary>The shards that are held here.</summary>
    public IReadOnlyList<IShard> HeldHere => [.. _places.Select(place => place.Held).OfType<IShard>()];

    /// <summary>Why this version may not touch the store, for a person who reads it; null: it may.</summary>
    public string? Refusal => _refusal;

    /// <summary>
    /// The time that jobs go by here: the latest of the shards', which is the replica's own unless a former holder's was ahead of it.
    /// </summary>
    public DateTimeOffset Now
    {
        get
        {
            DateTimeOffset now = _clock.Now;
            foreach (Place place in _places)
            {
                now = place.Held is { Time: { IsAhead: true, Now: var later } } && later > now ? later : now;
            }

            return now;
        }
    }

    /// <summary>Whether every shard is certainly held, its store answers, and its commits succeed.</summary>
    public bool IsReady => !Troubles().Any();

    /// <summary>How it is at this moment.</summary>
    public ReplicaHealth Health => new(
        [.. Troubles()],
        [
            .. new[] { _surveyed, _setAside.Warning, _clock.Warning, LeadWarning }.OfType<string>(),
            .. _places.Select(place => place.Held?.Warning).OfType<string>(),
            .. _places.Where(place => place.Held is not null).Select(place => place.Unreadable.Warning).OfType<string>(),
            .. loops.Warnings,
        ]);

    int IShardMap.Count => ShardCount ?? throw NotReached();

    WriteLimits IShardMap.OneWrite => Limits?.OneWrite ?? throw NotReached();

    IShard IShardMap.Of(int number) => (IShard?)_places[number].Held ?? _places[number].Absent;

    /// <summary>
    /// Workers can report from now on. On a busy machine shards have been loaded seconds before that, and the leases found then run from
    /// here.
    /// </summary>
    public void BeginAnswering() => _isAnswering = true;

    /// <summary>Holds the shards until the service stops; then returns.</summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        try
        {
            (ShardLimits limits, int shards, string? warning) = await SurveyAsync(stopping);
            if (warning is not null)
            {
                _surveyed = warning;
                LogChanged(logger, warning);
            }

            _places = [.. Enumerable.Range(0, shards).Select(shard => NewPlace(shard, shards, limits))];
            Limits = limits;
            string kind = limits.TwoStep ? "does not roll back: commits are written in two steps" : "rolls back";
            LogStore(logger, shards, limits.OperationsMax, kind);
            using var first = new FirstShard(time, stopping);
            await Together.AllAsync(_places.Select(place =>
                loops.KeepAsync($"shard {place.Shard}", token => HoldInScopeAsync(place, first, limits, token), stopping)));
        }
        catch (Exception) when (stopping.IsCancellationRequested)
        {
            // The service stops; what the store answers to a last question is nobody's any more.
        }
    }

    private IEnumerable<string> Troubles()
    {
        if (_refusal is { } refusal)
        {
            yield return refusal;
        }
        else if (Limits is null)
        {
            yield return "The state store has not been reached yet.";
        }

        foreach (Place place in _places)
        {
            if (place.Held is not { } held)
            {
                yield return place.Obstacle is { } obstacle
                    ? $"Shard {place.Shard} is not held here. {obstacle}"
                    : $"Shard {place.Shard} is not held here.";
            }
            else if (held.Trouble is { } trouble)
            {
                yield return trouble;
            }
        }
    }

    private string? LeadWarning => _places.Max(place => place.Held?.Time.Lead) is { } lead && lead > settings.Bounds.ClockLeap
        ? $"A former holder's clock was ahead: shards go on from its time, {lead:c} ahead of the clock here, and come back to it slowly."
        : null;

    private async Task<(ShardLimits Limits, int Shards, string? Warning)> SurveyAsync(CancellationToken stopping)
    {
        while (true)
        {
            try
            {
                return await survey.AskAsync(_store, stopping);
            }
            catch (NewerFormatException exception)
            {
                Refuse(exception);
                await Task.Delay(settings.Bounds.RetryEvery, time, stopping);
            }
            catch (Exception exception) when (!stopping.IsCancellationRequested)
            {
                LogWaiting(logger, settings.StoreName, exception.Message);
                await Task.Delay(settings.Bounds.RetryEvery, time, stopping);
            }
        }
    }

    // Every line of the shard says which, also where its text does not.
    private async Task HoldInScopeAsync(Place place, FirstShard first, ShardLimits limits, CancellationToken stopping)
    {
        using IDisposable? scope = logger.BeginScope(new LogScope("Shard", place.Shard));
        await HoldAsync(place, first, limits, stopping);
    }

    private async Task HoldAsync(Place place, FirstShard first, ShardLimits limits, CancellationToken stopping)
    {
        bool isAway = false;
        while (!stopping.IsCancellationRequested)
        {
            bool waitsForFirst = false;
            try
            {
                waitsForFirst = await HoldOnceAsync(place, first, limits, stopping);
                isAway = false;
            }
            catch (Exception) when (stopping.IsCancellationRequested)
            {
                return;
            }
            catch (NewerFormatException exception)
            {
                place.Away(_clock.Now, "A newer version of the service has changed the store.");
                Refuse(exception);
            }
            catch (UnreadableException exception)
            {
                place.Away(_clock.Now, "What is stored of it cannot be read; the service's log says more.");

                // Said once: it is the same until a person has repaired the document.
                if (place.Obstacle != exception.Message)
                {
                    place.Obstacle = exception.Message;
                    LogObstacle(logger, place.Shard, exception.Message);
                }
            }
            catch (CallException exception)
            {
                // Of a store that is away one is told once; nothing of it is a fault here.
                place.Away(_clock.Now, "The state store does not answer.");
                LogUnreached(logger, isAway ? LogLevel.Debug : LogLevel.Warning, place.Shard, exception.Message);
                isAway = true;
            }
            catch (Exception exception)
            {
                LogFailed(logger, exception, place.Shard);
            }
            finally
            {
                place.History.End(_clock.Now);
                place.History.EndHours();
                place.Drop(_clock.Now);
            }

            // The others begin as soon as the first one is there, also where it came right after they had looked.
            TimeSpan pause = settings.Bounds.RetryEvery;
            await (waitsForFirst ? first.WaitAsync(pause) : Task.Delay(pause, time, stopping));
        }
    }

    /// <summary>
    /// Takes a shard if it may be taken, and serves it until it is lost. True: it was not taken, for the first one is not held here.
    /// </summary>
    private async Task<bool> HoldOnceAsync(Place place, FirstShard first, ShardLimits limits, CancellationToken stopping)
    {
        int shard = place.Shard;
        var shardStore = new ShardStore(shard, _store, identity, limits, time, logger);
        long sentAt = time.GetTimestamp();
        (Head head, string? etag) = await LookAsync(place, shardStore, stopping);
        bool isFree = IsFree(place, head, etag, sentAt);

        // A newer version may have raised the store while this one waited for the shard.
        await new StoreFormat(_store).CheckAsync(stopping);
        _refusal = null;
        if (shard > 0 && first.Held is null)
        {
            if (isFree)
            {
                place.WaitsFor(_clock.Now, _places[0]);
            }
            else
            {
                place.IsElsewhere(_clock.Now);
            }

            return true;
        }

        if (!isFree)
        {
            place.Obstacle = null; // whoever holds it could load it
        }

        if (!isFree || !await shardStore.TryTakeAsync(head, etag, stopping))
        {
            if (shard == 0)
            {
                first.Lose();
            }

            place.IsElsewhere(_clock.Now);
            return false;
        }

        place.WasHeld = true;
        place.Elsewhere = null;
        place.Moves(_clock.Now, "It is being loaded.");
        if (head.Holder.Length > 0 && head.Process != identity.Process)
        {
            LogTakenOver(logger, shard, head.Holder == identity.Id ? "this replica's former process" : head.Holder);
        }

        if (shard == 0)
        {
            first.Take();
        }

        if (first.Held is not { } together)
        {
            // Lost in the very moment in which this one was taken.
            await shardStore.ReleaseAsync();
            return true;
        }

        try
        {
            await ServeAsync(place, shardStore, limits, shard == 0 ? stopping : together);
        }
        catch (OperationCanceledException) when (together.IsCancellationRequested && !stopping.IsCancellationRequested)
        {
            LogGivenUp(logger, shard);
        }
        finally
        {
            // Whoever stops tells one after the other: the loop may have ended of it before the first shard's token has.
            if (stopping.IsCancellationRequested || together.IsCancellationRequested)
            {
                DateTimeOffset now = place.Held?.Time.Now ?? _clock.Now;
                place.History.End(_clock.Now);
                place.Drop(_clock.Now);
                await shardStore.ReleaseAsync(HoursPlan.AtEnd(shard, shardStore.Head.HistoryFrom, place.History, now, limits.BytesMax));
            }
        }

        return false;
    }

    private static async Task<(Head Head, string? ETag)> LookAsync(Place place, ShardStore shardStore, CancellationToken stopping)
    {
        try
        {
            return await shardStore.LookAsync(stopping);
        }
        catch (Exception)
        {
            place.Watch.Miss();
            throw;
        }
    }

    /// <summary>
    /// Whether the shard may be taken: nobody's, this process's own, that of a former life of this replica, or that of a holder which has
    /// been silent for a lease.
    /// </summary>
    private bool IsFree(Place place, Head head, string? etag, long sentAt)
    {
        bool isSilent = etag is null || place.Watch.See(head, etag, sentAt);
        bool isOfMyName = head.Holder == identity.Id;
        if (isSilent || head.Holder.Length == 0 || (isOfMyName && head.Process == identity.Process))
        {
            return true;
        }

        if (isOfMyName && !place.WasHeld && !_hasNamesake)
        {
            return true;
        }

        if (isOfMyName && !_hasNamesake)
        {
            _hasNamesake = true;
            LogNamesake(logger, place.Shard, identity.Id);
        }
        else if (place.Elsewhere != head.Process + head.Holder)
        {
            LogElsewhere(logger, place.Shard);
        }

        place.Elsewhere = head.Process + head.Holder;
        return false;
    }

    private async Task ServeAsync(Place place, ShardStore shardStore, ShardLimits limits, CancellationToken stopping)
    {
        int shard = place.Shard;
        place.Begin();
        if (await LoadAsync(place, shardStore, limits, stopping) is not { } loaded)
        {
            return;
        }

        LogHeld(logger, shard, shardStore.Head.Epoch, loaded.Shard.LiveJobs);
        using var loop = new CommitLoop(
            loaded,
            _store,
            limits,
            place.Board,
            _setAside,
            place.Unreadable,
            () => _isAnswering,
            instruments,
            place.History,
            time,
            logger);

        // What this replica's own worker held died with its last process. What this process was given since it came still runs.
        DateTimeOffset firstHeldAt = place.FirstHeldAt ??= loaded.Time.Now;
        loop.Begin(new Command.ReleaseWorker(identity.BuiltInWorker, limits.JobsMax, LeasedBefore: firstHeldAt));
        var outbox = new OutboxReader(shard, _store, limits.Bounds.OutboxDocumentsInOneRead, place.Unreadable);
        place.History.BeginHours(loaded.Days, loaded.IsTodayForeign, loaded.Time.Now);
        place.History.Begin(loaded.Shard, loaded.Time.Now);
        var topics = new Topics(settings.Topics);
        var form = new PublishedForm(settings.EventCoalesce, settings.PackEvents);
        var changes = new ChangesReader(loaded.Outbox, outbox, topics, _setAside, limits.Bounds.ChangesBytesMax);
        place.Serve(new HeldShard(loaded, loop, place.Reads, _store, limits, outbox, changes, place.History, time), shardStore);

        using var lost = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        var publisher = new Publisher(
            shard,
            loaded.Outbox,
            outbox,
            new TopicPublisher(shard, bus, _store, limits.Bounds, form.IsPacked, _setAside, time, logger),
            topics,
            _store,
            limits.Bounds,
            form,
            time,
            logger);
        Task beside = Together.AllAsync(
        [
            loops.KeepAsync($"events of shard {shard}", publisher.RunAsync, lost.Token),
            loops.KeepAsync($"watches of shard {shard}", token => EndWatchesAsync(place.Board, shardStore.Lease, token), lost.Token),
        ]);
        try
        {
            await loop.RunAsync(stopping);
        }
        finally
        {
            lost.Cancel();
#pragma warning disable RS0030 // With the second of both options it goes on where it was.
            await beside.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
#pragma warning restore RS0030
        }
    }

    /// <summary>Loads a shard that was taken, and keeps it meanwhile. Null: it is another's by now.</summary>
    private async Task<LoadedShard?> LoadAsync(
        Place place, ShardStore shardStore, ShardLimits limits, CancellationToken stopping)
    {
        using var loading = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        Task<bool> keeping = KeepAsync(shardStore, loading, stopping);
        LoadedShard? loaded = null;
        try
        {
            if (await shardStore.RedoAsync(loading.Token))
            {
                loaded = await Recovery.LoadAsync(
                    place.Shard,
                    shardStore,
                    _store,
                    settings.Jobs.PartOf(_places.Length),
                    limits.Bounds with { DigestBytesMax = limits.Bounds.DigestBytesMax / _places.Length },
                    place.Board,
                    new ShardTime(_clock, shardStore.Head.Time, limits.Bounds.ClockSlew),
                    place.Unreadable,
                    logger,
                    loading.Token);
            }
        }
        catch (OperationCanceledException) when (loading.IsCancellationRequested && !stopping.IsCancellationRequested)
        {
            // Lost while it was loaded.
        }
        finally
        {
            loading.Cancel();
        }

        if (!await keeping || loaded is null || !shardStore.TryBegin())
        {
            LogLostInLoad(logger, place.Shard);
            return null;
        }

        return loaded;
    }

    private static async Task<bool> KeepAsync(ShardStore shardStore, CancellationTokenSource loading, CancellationToken stopping)
    {
        bool isKept = await shardStore.KeepAsync(loading.Token, stopping);
        if (!isKept)
        {
            loading.Cancel();
        }

        return isKept;
    }

    /// <summary>Nobody watches on what may be another's: once the lease is over, whoever watches is told to look again.</summary>
    private async Task EndWatchesAsync(JobBoard board, ShardLease lease, CancellationToken lost)
    {
        while (true)
        {
            while (lease.Left is var left && left > TimeSpan.Zero)
            {
                // Rounded up, so that it does not wake a moment too early again and again.
                await Task.Delay(left + TimeSpan.FromMilliseconds(1), time, lost);
            }

            board.EndWatches();
            while (!lease.Holds)
            {
                await Task.Delay(settings.Bounds.RetryEvery, time, lost);
            }
        }
    }

    /// <summary>Said once, however often and by however many shards it is met.</summary>
    private void Refuse(NewerFormatException exception)
    {
        if (Interlocked.Exchange(ref _refusal, exception.Message) != exception.Message)
        {
            LogRefused(logger, exception.Message);
        }
    }

    private Place NewPlace(int shard, int shards, ShardLimits limits)
    {
        var board = new JobBoard(limits.Bounds.FinishedBytesMax / shards, limits.Bounds);
        var unreadable = new UnreadableDocuments(shard, logger);
        var reads = new ShardReads(shard, board, _store, limits.TwoStep, unreadable, () => _clock.Now, time);
        var history = new ShardHistory(settings.HistoryBytesMax / shards, settings.Bounds.HistoryEvery);
        return new Place(shard, board, reads, new HeadWatch(limits.Lease, time), unreadable, history);
    }

    private static StoreUnavailableException NotReached() => new("The state store has not been reached yet.");

    [LoggerMessage(
        30, LogLevel.Information, "The state store has {Shards} shard(s), takes {Operations} operations in a transaction and {Kind}.")]
    private static partial void LogStore(ILogger logger, int shards, int operations, string kind);

    [LoggerMessage(31, LogLevel.Information, "Holding shard {Shard} in epoch {Epoch} with {Jobs} live jobs.")]
    private static partial void LogHeld(ILogger logger, int shard, long epoch, int jobs);

    [LoggerMessage(42, LogLevel.Information, "Shard {Shard} is taken over from {Holder}, which did not release it.")]
    private static partial void LogTakenOver(ILogger logger, int shard, string holder);

    [LoggerMessage(32, LogLevel.Warning, "Waiting for the state store {Store}. {Reason}")]
    private static partial void LogWaiting(ILogger logger, string store, string reason);

    [LoggerMessage(EventId = 41, Message = "Shard {Shard} is not held here: the state store does not answer. {Reason}")]
    private static partial void LogUnreached(ILogger logger, LogLevel level, int shard, string reason);

    [LoggerMessage(33, LogLevel.Error, "Shard {Shard} has stopped and is loaded again.")]
    private static partial void LogFailed(ILogger logger, Exception exception, int shard);

    [LoggerMessage(34, LogLevel.Information, "Shard {Shard} is held by another replica; waiting for it.")]
    private static partial void LogElsewhere(ILogger logger, int shard);

    [LoggerMessage(35, LogLevel.Error, "{Reason}")]
    private static partial void LogRefused(ILogger logger, string reason);

    [LoggerMessage(
        36, LogLevel.Error,
        "Shard {Shard} was taken by another process that calls itself {Replica} as this one does. It is left to that one; give each "
        + "process a Replica:Id of its own.")]
    private static partial void LogNamesake(ILogger logger, int shard, string replica);

    [LoggerMessage(37, LogLevel.Information, "Shard {Shard} is given up, for the first shard is held by another replica.")]
    private static partial void LogGivenUp(ILogger logger, int shard);

    [LoggerMessage(38, LogLevel.Warning, "Shard {Shard} was lost while it was loaded.")]
    private static partial void LogLostInLoad(ILogger logger, int shard);

    [LoggerMessage(
        52, LogLevel.Error, "Shard {Shard} cannot be held by anyone until a person helps; it is tried again meanwhile. {Reason}")]
    private static partial void LogObstacle(ILogger logger, int shard, string reason);

    [LoggerMessage(39, LogLevel.Error, "{Warning}")]
    private static partial void LogChanged(ILogger logger, string warning);
}
