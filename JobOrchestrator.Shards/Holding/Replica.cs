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
/// <param name="time">The clock.</param>
/// <param name="logger">The log.</param>
internal sealed partial class Replica(
    IStateStore store,
    IEventBus bus,
    StoreSurvey survey,
    ReplicaIdentity identity,
    ReplicaSettings settings,
    TimeProvider time,
    ILogger<Replica> logger) : IShardMap
{
    private readonly StoreCalls _store = new(store, settings.RequestTimeout, settings.Bounds.StoreAway, time);
    private volatile Place[] _places = [];
    private volatile bool _isAnswering;
    private volatile string? _refusal;

    /// <summary>What commits keep to; null until the store has been reached.</summary>
    public ShardLimits? Limits { get; private set; }

    /// <summary>How many shards the store has; null until it has been reached.</summary>
    public int? ShardCount => Limits is null ? null : _places.Length;

    /// <summary>Why this version may not touch the store, for a person who reads it; null: it may.</summary>
    public string? Refusal => _refusal;

    /// <summary>Whether every shard is held and its store answers.</summary>
    public bool IsReady => Limits is not null && Array.TrueForAll(_places, place => place.Held is { IsReachable: true });

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
            (ShardLimits limits, int shards) = await SurveyAsync(stopping);
            _places = [.. Enumerable.Range(0, shards).Select(shard => NewPlace(shard, shards))];
            Limits = limits;
            string kind = limits.TwoStep ? "does not roll back: commits are written in two steps" : "rolls back";
            LogStore(logger, shards, limits.OperationsMax, kind);
            await Together.AllAsync(_places.Select(place => HoldAsync(place, limits, stopping)));
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // The service stops.
        }
    }

    private async Task<(ShardLimits Limits, int Shards)> SurveyAsync(CancellationToken stopping)
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

    private async Task HoldAsync(Place place, ShardLimits limits, CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                await HoldOnceAsync(place, limits, stopping);
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                return;
            }
            catch (NewerFormatException exception)
            {
                Refuse(exception);
            }
            catch (Exception exception)
            {
                LogFailed(logger, exception, place.Shard);
            }
            finally
            {
                place.Held = null;
                place.Board.Clear();
            }

            await Task.Delay(settings.Bounds.RetryEvery, time, stopping);
        }
    }

    private async Task HoldOnceAsync(Place place, ShardLimits limits, CancellationToken stopping)
    {
        int shard = place.Shard;

        // A newer version may have raised the store while this one waited for the shard.
        await new StoreFormat(_store).CheckAsync(stopping);
        _refusal = null;
        var shardStore = new ShardStore(shard, _store, limits, time, logger);
        if (await shardStore.TryTakeAsync(identity.Id, identity.Address, stopping) is not { } head)
        {
            LogElsewhere(logger, shard);
            return;
        }

        LoadedShard loaded = await Recovery.LoadAsync(
            shard, shardStore, _store, settings.Jobs, limits.Bounds, place.Board, time.GetUtcNow(), stopping);
        LogHeld(logger, shard, head.Epoch, loaded.Shard.LiveJobs);
        using var loop = new CommitLoop(loaded, _store, limits, place.Board, () => _isAnswering, time, logger);

        // What this replica's own worker held died with its last process.
        loop.TryPost(new Envelope(new Command.ReleaseWorker(identity.BuiltInWorker, limits.JobsMax)));
        place.Held = new HeldShard(loaded, loop, place.Reads, _store, limits, time);

        using var lost = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        var publisher = new Publisher(
            shard,
            loaded.Outbox,
            new OutboxReader(shard, _store, limits.Bounds.OutboxDocumentsInOneRead),
            bus,
            new Topics(settings.Topics),
            _store,
            limits.Bounds,
            time,
            logger);
        Task publishing = publisher.RunAsync(lost.Token);
        try
        {
            await loop.RunAsync(stopping);
        }
        finally
        {
            lost.Cancel();
#pragma warning disable RS0030 // With the second of both options it goes on where it was.
            await publishing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
#pragma warning restore RS0030
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

    private Place NewPlace(int shard, int shards)
    {
        var board = new JobBoard(settings.Bounds.FinishedBytesMax / shards, settings.Bounds);
        return new Place(shard, board, new ShardReads(shard, board, _store, time));
    }

    private static StoreUnavailableException NotReached() => new("The state store has not been reached yet.");

    /// <summary>One shard of the store, held or not.</summary>
    private sealed class Place(int shard, JobBoard board, ShardReads reads)
    {
        private volatile HeldShard? _held;

        public int Shard { get; } = shard;

        public JobBoard Board { get; } = board;

        public ShardReads Reads { get; } = reads;

        public AbsentShard Absent { get; } = new(reads);

        public HeldShard? Held
        {
            get => _held;
            set => _held = value;
        }
    }

    [LoggerMessage(
        30, LogLevel.Information, "The state store has {Shards} shard(s), takes {Operations} operations in a transaction and {Kind}.")]
    private static partial void LogStore(ILogger logger, int shards, int operations, string kind);

    [LoggerMessage(31, LogLevel.Information, "Holding shard {Shard} in epoch {Epoch} with {Jobs} live jobs.")]
    private static partial void LogHeld(ILogger logger, int shard, long epoch, int jobs);

    [LoggerMessage(32, LogLevel.Warning, "Waiting for the state store {Store}. {Reason}")]
    private static partial void LogWaiting(ILogger logger, string store, string reason);

    [LoggerMessage(33, LogLevel.Error, "Shard {Shard} has stopped and is loaded again.")]
    private static partial void LogFailed(ILogger logger, Exception exception, int shard);

    [LoggerMessage(34, LogLevel.Information, "Shard {Shard} is held by another replica; waiting for it.")]
    private static partial void LogElsewhere(ILogger logger, int shard);

    [LoggerMessage(35, LogLevel.Error, "{Reason}")]
    private static partial void LogRefused(ILogger logger, string reason);
}
