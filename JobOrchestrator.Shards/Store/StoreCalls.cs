namespace JobOrchestrator.Shards;

/// <summary>Calls to the sidecar that are given up in time.</summary>
/// <param name="atMost">How long one call may take.</param>
/// <param name="time">The clock.</param>
internal sealed class StoreCalls(TimeSpan atMost, TimeProvider time)
{
    // From the first retry to the slowest, while the store is away.
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(1);

    /// <summary>One call.</summary>
    /// <exception cref="UnclearException">Time ran out: the call may be carried out yet.</exception>
    /// <exception cref="OperationCanceledException">The caller gave up.</exception>
    public async Task<T> TimedAsync<T>(Func<CancellationToken, Task<T>> call, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(atMost, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            return await call(either.Token);
        }
        catch (OperationCanceledException exception) when (timeout.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new UnclearException($"There was no answer within {atMost.TotalSeconds} s.", exception);
        }
    }

    /// <inheritdoc cref="TimedAsync{T}"/>
    public Task TimedAsync(Func<CancellationToken, Task> call, CancellationToken cancellationToken) =>
        TimedAsync(
            async token =>
            {
                await call(token);
                return true;
            },
            cancellationToken);

    /// <summary>Calls again and again, for as long as it takes.</summary>
    /// <param name="call">
    /// Does no harm when it is repeated, and ends in time by itself: what reads many large documents takes several calls, each with a
    /// limit of its own, and one limit for all of them could be too short every time.
    /// </param>
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
    public Pause NewPause() => new(FirstPause, LongestPause, time);
}
