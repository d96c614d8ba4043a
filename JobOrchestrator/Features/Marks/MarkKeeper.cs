using JobOrchestrator.Shards;

namespace JobOrchestrator.Features.Marks;

/// <summary>
/// Keeps the marks in the state store, beyond restarts: reads them when the service begins and every now and then, for other replicas set
/// some too, and writes them whenever one is set here. While the store is away they are in memory.
/// </summary>
/// <param name="book">The marks.</param>
/// <param name="store">Where they are kept.</param>
/// <param name="pauses">Between two tries, while the store is away.</param>
/// <param name="loops">Has it end without a word when the service does, in the middle of a call too.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Told once of each outage in which one is set.</param>
internal sealed partial class MarkKeeper(
    MarkBook book, StoreCalls store, PauseBounds pauses, Loops loops, TimeProvider time, ILogger<MarkKeeper> logger) : BackgroundService
{
    // Who stops does not wait for a store that is away.
    private static readonly TimeSpan AtEnd = TimeSpan.FromSeconds(2);

    // Whoever sets one after the other has them written together.
    private static readonly TimeSpan Between = TimeSpan.FromSeconds(1);

    // By then others' are seen here.
    private static readonly TimeSpan Again = TimeSpan.FromSeconds(30);

    private bool _isKept = true; // false: what is stored is none of ours
    private bool _isTold; // of this outage

    /// <summary>What was set in the last moment is written too, if the store takes it at once.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        using var late = new CancellationTokenSource(AtEnd, time);
        using var soon = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, late.Token);
        try
        {
            while (_isKept && book.IsUnkept && !await TryKeepAsync(soon.Token))
            {
                soon.Token.ThrowIfCancellationRequested();
            }
        }
        catch (Exception exception)
        {
            LogAway(logger, exception.Message);
        }
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => loops.KeepAsync("marks", KeepAsync, stoppingToken);

    private async Task KeepAsync(CancellationToken stoppingToken)
    {
        var pause = new Pause(pauses, time);
        while (_isKept)
        {
            try
            {
                if (await TryKeepAsync(stoppingToken))
                {
                    pause.Reset();
                    _isTold = false;
                    await Task.Delay(Between, time, stoppingToken);
                    await NewsAsync(stoppingToken);
                }
            }
            catch (CallException exception)
            {
                // While nothing was set nobody misses anything: at a start the sidecar may not be there yet.
                if (book.IsUnkept && !_isTold)
                {
                    _isTold = true;
                    LogAway(logger, exception.Message);
                }

                await pause.WaitAsync(stoppingToken);
            }
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
            {
                // Whatever is stored there, it is no reason to end the service.
                _isKept = false;
                LogForeign(logger, exception.Message);
            }
        }
    }

    /// <summary>Until one is set here, or others may have set some.</summary>
    private async Task NewsAsync(CancellationToken stopping)
    {
        using var again = new CancellationTokenSource(Again, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stopping, again.Token);
        try
        {
            await book.News.WaitAsync(either.Token);
        }
        catch (OperationCanceledException) when (!stopping.IsCancellationRequested)
        {
            // It is time to look.
        }
    }

    /// <summary>Brings book and store together; false: another one has written in between.</summary>
    private async Task<bool> TryKeepAsync(CancellationToken cancellationToken)
    {
        StoredItem? stored = await store.GetAsync(MarkDocument.Key, MarkDocument.Key, cancellationToken);
        IReadOnlyList<Mark> found = stored is { } item ? MarkDocument.Parse(item.Value).Marks : [];
        IReadOnlyList<Mark> all = book.Join(found, time.GetUtcNow());
        if (!all.SequenceEqual(found))
        {
            // A newer version may have raised the store.
            await new StoreFormat(store).CheckAsync(cancellationToken);
            byte[] document = new MarkDocument(MarkDocument.Known, all).ToUtf8();
            if (!await store.TrySaveAsync(MarkDocument.Key, document, stored?.ETag, MarkDocument.Key, cancellationToken))
            {
                return false;
            }
        }

        book.Kept(all);
        return true;
    }

    [LoggerMessage(1, LogLevel.Warning, "Marks are in memory alone for now. {Reason}")]
    private static partial void LogAway(ILogger logger, string reason);

    [LoggerMessage(
        2,
        LogLevel.Error,
        "Marks are in memory alone: document " + MarkDocument.Key + " of the state store is left as it is. {Reason}")]
    private static partial void LogForeign(ILogger logger, string reason);
}
