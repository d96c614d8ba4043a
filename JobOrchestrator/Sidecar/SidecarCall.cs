using JobOrchestrator.Shards;

namespace JobOrchestrator.Sidecar;

/// <summary>One call to the sidecar: it ends in time, and its failure says what it means.</summary>
internal static class SidecarCall
{
    /// <summary>Makes the call.</summary>
    /// <param name="limit">How long an answer may take; later it is unclear what became of the call.</param>
    /// <param name="call">The call; its token ends with the caller's and with the limit.</param>
    /// <param name="meaning">What a failure means; <see cref="SidecarFailure.Of"/> unless the call says more.</param>
    /// <param name="cancellationToken">The caller's: with it the call ends in an <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="CallException">The call failed.</exception>
    public static async Task<T> WithinAsync<T>(
        TimeSpan limit, Func<CancellationToken, Task<T>> call, Func<Exception, CallException> meaning, CancellationToken cancellationToken)
    {
        using var within = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        within.CancelAfter(limit);
        try
        {
            return await call(within.Token);
        }
        catch (OperationCanceledException exception) when (within.IsCancellationRequested)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw new UnclearException($"The sidecar did not answer within {limit.TotalSeconds:0.###} s.", exception);
        }
        catch (Exception exception)
        {
            throw meaning(exception);
        }
    }
}
