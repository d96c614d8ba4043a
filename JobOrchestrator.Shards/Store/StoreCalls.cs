#pragma warning disable RS0030 // The one place that calls IStateStore itself.
namespace JobOrchestrator.Shards;

/// <summary>
/// The store as the shards call it. Every call is given up in time, and what is too large for one answer is asked for in halves, each of
/// them a call with a limit of its own: what takes many calls may take as long as it takes.
/// </summary>
/// <param name="store">The store.</param>
/// <param name="atMost">How long one call may take.</param>
/// <param name="pauses">Between the tries of one call, while the store is away.</param>
/// <param name="time">The clock.</param>
internal sealed class StoreCalls(IStateStore store, TimeSpan atMost, PauseBounds pauses, TimeProvider time)
{
    /// <inheritdoc cref="IStateStore.GetAsync"/>
    public Task<StoredItem?> GetAsync(string key, string partition, CancellationToken cancellationToken) =>
        TimedAsync(token => store.GetAsync(key, partition, token), cancellationToken);

    /// <inheritdoc cref="IStateStore.GetManyAsync"/>
    public async Task<IReadOnlyDictionary<string, StoredItem>> GetManyAsync(
        IReadOnlyList<string> keys, string partition, CancellationToken cancellationToken)
    {
        if (keys.Count == 0)
        {
            return new Dictionary<string, StoredItem>();
        }

        try
        {
            return await TimedAsync(token => store.GetManyAsync(keys, partition, token), cancellationToken);
        }
        catch (RefusedException refused) when (refused.IsTooLarge && keys.Count > 1)
        {
            // Down to single documents, each of which came in one request and fits.
            int half = keys.Count / 2;
            var found = new Dictionary<string, StoredItem>(keys.Count);
            foreach (string[] part in new[] { keys.Take(half).ToArray(), keys.Skip(half).ToArray() })
            {
                foreach ((string key, StoredItem item) in await GetManyAsync(part, partition, cancellationToken))
                {
                    found[key] = item;
                }
            }

            return found;
        }
    }

    /// <inheritdoc cref="IStateStore.TrySaveAsync"/>
    public Task<bool> TrySaveAsync(string key, byte[] value, string? etag, string partition, CancellationToken cancellationToken) =>
        TimedAsync(token => store.TrySaveAsync(key, value, etag, partition, token), cancellationToken);

    /// <inheritdoc cref="IStateStore.TransactAsync"/>
    public Task TransactAsync(IReadOnlyList<StateOperation> operations, string partition, CancellationToken cancellationToken) =>
        TimedAsync(
            async token =>
            {
                await store.TransactAsync(operations, partition, token);
                return true;
            },
            cancellationToken);

    /// <summary>Another call than those to the store, with the same limit.</summary>
    /// <inheritdoc cref="TimedAsync{T}(TimeSpan, Func{CancellationToken, Task{T}}, CancellationToken)"/>
    public Task<T> TimedAsync<T>(Func<CancellationToken, Task<T>> call, CancellationToken cancellationToken) =>
        TimedAsync(atMost, call, cancellationToken);

    /// <summary>Another call than those to the store.</summary>
    /// <exception cref="UnclearException">Time ran out: the call may be carried out yet.</exception>
    /// <exception cref="OperationCanceledException">The caller gave up.</exception>
    public async Task<T> TimedAsync<T>(TimeSpan limit, Func<CancellationToken, Task<T>> call, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(limit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            return await call(either.Token);
        }
        catch (OperationCanceledException exception) when (timeout.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new UnclearException($"There was no answer within {limit.TotalSeconds} s.", exception);
        }
    }

    /// <summary>Calls again and again, for as long as it takes.</summary>
    /// <param name="call">Does no harm when it is repeated, and ends in time by itself.</param>
    /// <param name="failed">Hears of each failure.</param>
    /// <param name="stopping">Ends it.</param>
    public async Task<T> InsistAsync<T>(Func<CancellationToken, Task<T>> call, Action<Exception> failed, CancellationToken stopping)
    {
        Pause pause = NewPause();
        while (true)
        {
            try
            {
                return await call(stopping);
            }
            catch (Exception exception) when (!stopping.IsCancellationRequested)
            {
                failed(exception);
                await pause.WaitAsync(stopping);
            }
        }
    }

    /// <summary>The pauses between the tries of one call.</summary>
    public Pause NewPause() => new(pauses, time);
}
