using JobOrchestrator.Core;

namespace JobOrchestrator.Shards;

/// <summary>
/// One replica: learns what the store is, takes each shard, runs its loop and its publisher, and begins again when it loses one.
/// </summary>
/// <param name="store">The store.</param>
/// <param name="bus">Where events go.</param>
/// <param name="survey">Asks the store what it is.</param>
/// <param name="board">What readers see.</param>
/// <param name="identity">Who this replica is.</param>
/// <param name="settings">What it is told.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">The log.</param>
internal sealed partial class Replica(
    IStateStore store,
    IEventBus bus,
    StoreSurvey survey,
    JobBoard board,
    ReplicaIdentity identity,
    ReplicaSettings settings,
    TimeProvider time,
    ILogger<Replica> logger)
{
    private static readonly TimeSpan RetryEvery = TimeSpan.FromSeconds(1);

    private readonly StoreCalls _calls = new(settings.RequestTimeout, time);
    private volatile Held?[] _held = [];
    private volatile bool _isAnswering;

    /// <summary>What commits keep to; null until the store has been reached.</summary>
    public ShardLimits? Limits { get; private set; }

    /// <summary>How many shards the store has; null until it has been reached.</summary>
    public int? ShardCount => Limits is null ? null : _held.Length;

    /// <summary>Whether every shard is held and its store answers.</summary>
    public bool IsReady => Limits is not null && Array.TrueForAll(_held, held => held is { Loop.IsReachable: true });

    /// <summary>The loop of a shard, or null while it is not held here.</summary>
    public CommitLoop? LoopOf(int shard) => _held[shard]?.Loop;

    /// <summary>A held shard, or null.</summary>
    public LoadedShard? LoadedOf(int shard) => _held[shard]?.Loaded;

    /// <summary>Calls to the store that are given up in time.</summary>
    public StoreCalls Calls => _calls;

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
            _held = new Held?[shards];
            Limits = limits;
            LogStore(logger, shards, limits.OperationsMax, limits.TwoStep ? "does not roll back: commits are written in two steps" : "rolls back");
            await Task.WhenAll(Enumerable.Range(0, shards).Select(shard => HoldAsync(shard, limits, stopping)));
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
                return await _calls.TimedAsync(survey.AskAsync, stopping);
            }
            catch (Exception exception) when (!stopping.IsCancellationRequested)
            {
                LogWaiting(logger, settings.StoreName, exception.Message);
                await Task.Delay(RetryEvery, time, stopping);
            }
        }
    }

    private async Task HoldAsync(int shard, ShardLimits limits, CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                await HoldOnceAsync(shard, limits, stopping);
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception)
            {
                LogFailed(logger, exception, shard);
            }
            finally
            {
                _held[shard] = null;
                board.Drop(shard);
            }

            await Task.Delay(RetryEvery, time, stopping);
        }
    }

    private async Task HoldOnceAsync(int shard, ShardLimits limits, CancellationToken stopping)
    {
        var shardStore = new ShardStore(shard, store, limits, time, logger);
        if (await shardStore.TryTakeAsync(identity.Id, identity.Address, stopping) is not { } head)
        {
            LogElsewhere(logger, shard);
            return;
        }

        LoadedShard loaded = await Recovery.LoadAsync(shard, shardStore, store, _calls, settings.Jobs, board, time.GetUtcNow(), stopping);
        LogHeld(logger, shard, head.Epoch, loaded.Shard.LiveJobs);
        using var loop = new CommitLoop(loaded, store, limits, board, () => _isAnswering, time, logger);

        // What this replica's own worker held died with its last process.
        loop.TryPost(new Envelope(new Command.ReleaseWorker(identity.BuiltInWorker, limits.JobsMax)));
        _held[shard] = new Held(loaded, loop);

        using var lost = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        var publisher = new Publisher(
            shard, loaded.Outbox, new OutboxReader(shard, store), bus, new Topics(settings.Topics), _calls, time, logger);
        Task publishing = publisher.RunAsync(lost.Token);
        try
        {
            await loop.RunAsync(stopping);
        }
        finally
        {
            lost.Cancel();
            await publishing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        }
    }

    private sealed record Held(LoadedShard Loaded, CommitLoop Loop);

    [LoggerMessage(30, LogLevel.Information, "The state store has {Shards} shard(s), takes {Operations} operations in a transaction and {Kind}.")]
    private static partial void LogStore(ILogger logger, int shards, int operations, string kind);

    [LoggerMessage(31, LogLevel.Information, "Holding shard {Shard} in epoch {Epoch} with {Jobs} live jobs.")]
    private static partial void LogHeld(ILogger logger, int shard, long epoch, int jobs);

    [LoggerMessage(32, LogLevel.Warning, "Waiting for the state store {Store}. {Reason}")]
    private static partial void LogWaiting(ILogger logger, string store, string reason);

    [LoggerMessage(33, LogLevel.Error, "Shard {Shard} has stopped and is loaded again.")]
    private static partial void LogFailed(ILogger logger, Exception exception, int shard);

    [LoggerMessage(34, LogLevel.Information, "Shard {Shard} is held by another replica; waiting for it.")]
    private static partial void LogElsewhere(ILogger logger, int shard);
}
