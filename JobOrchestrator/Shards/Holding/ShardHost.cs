using JobOrchestrator.Core;
using JobOrchestrator.Hosting;
using Microsoft.Extensions.Options;

namespace JobOrchestrator.Shards;

/// <summary>Holds the shards of this replica: learns what the store is, takes each shard, runs its loop and its publisher, and begins again when it loses one.</summary>
internal sealed partial class ShardHost(
    IStateStore store,
    IEventBus bus,
    StoreSurvey survey,
    JobBoard board,
    ReplicaIdentity replica,
    IOptions<StoreOptions> storeOptions,
    IOptions<EventOptions> eventOptions,
    IOptions<JobOptions> jobOptions,
    TimeProvider time,
    ILogger<ShardHost> logger) : BackgroundService, IHostedLifecycleService
{
    private static readonly TimeSpan RetryEvery = TimeSpan.FromSeconds(1);

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

    /// <summary>One request to the store, given up in time.</summary>
    public async Task<T> TimedAsync<T>(Func<CancellationToken, Task<T>> call, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(storeOptions.Value.RequestSeconds), time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        return await call(either.Token);
    }

    /// <summary>
    /// The HTTP server answers from now on. On a busy machine shards have been loaded seconds before, and the leases found then run from
    /// here: nobody could report.
    /// </summary>
    public Task StartedAsync(CancellationToken cancellationToken)
    {
        _isAnswering = true;
        return Task.CompletedTask;
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            (ShardLimits limits, int shards) = await SurveyAsync(stoppingToken);
            _held = new Held?[shards];
            Limits = limits;
            LogStore(logger, shards, limits.OperationsMax, limits.TwoStep ? "does not roll back: commits are written in two steps" : "rolls back");
            await Task.WhenAll(Enumerable.Range(0, shards).Select(shard => HoldAsync(shard, limits, stoppingToken)));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
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
                return await TimedAsync(survey.AskAsync, stopping);
            }
            catch (Exception exception) when (!stopping.IsCancellationRequested)
            {
                LogWaiting(logger, storeOptions.Value.Name, exception.Message);
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
        if (await shardStore.TryTakeAsync(replica.Id, replica.Address, stopping) is not { } head)
        {
            LogElsewhere(logger, shard);
            return;
        }

        LoadedShard loaded = await Recovery.LoadAsync(shard, shardStore, store, jobOptions.Value.ToSettings(), board, time.GetUtcNow(), stopping);
        LogHeld(logger, shard, head.Epoch, loaded.Shard.LiveJobs);
        using var loop = new CommitLoop(loaded, store, limits, board, () => _isAnswering, time, logger);

        // What this replica's own worker held died with its last process.
        loop.TryPost(new Envelope(new Command.ReleaseWorker(replica.BuiltInWorker, limits.JobsMax)));
        _held[shard] = new Held(loaded, loop);

        using var lost = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        var publisher = new Publisher(
            shard, loaded.Outbox, new OutboxReader(shard, store), bus, new Topics(eventOptions.Value.Topics), time, logger);
        Task publishing = publisher.RunAsync(lost.Token);
        try
        {
            await loop.RunAsync(stopping);
        }
        finally
        {
            await lost.CancelAsync();
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
