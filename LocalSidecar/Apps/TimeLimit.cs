namespace LocalSidecar.Apps;

/// <summary>How long an app may take for an answer.</summary>
internal static class TimeLimit
{
    /// <summary>Makes a call that ends in time.</summary>
    /// <param name="limit">Null: as long as the caller waits.</param>
    /// <param name="time">The clock.</param>
    /// <param name="call">The call; its token ends with the caller's and with the limit.</param>
    /// <param name="late">The answer when there was none in time.</param>
    /// <param name="cancellationToken">The caller's: with it the call ends in an <see cref="OperationCanceledException"/>.</param>
    public static async Task<T> WithinAsync<T>(
        TimeSpan? limit, TimeProvider time, Func<CancellationToken, Task<T>> call, T late, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(limit ?? Timeout.InfiniteTimeSpan, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            return await call(either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return late;
        }
    }
}
