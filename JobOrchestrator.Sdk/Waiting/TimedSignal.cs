namespace JobOrchestrator.Waiting;

/// <summary>Waits for a signal for so long at most.</summary>
internal static class TimedSignal
{
    /// <summary>True once it is set, which is taken back; false when the time has passed.</summary>
    /// <param name="signal">The signal.</param>
    /// <param name="atMost">How long to wait.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">The caller waits no longer.</param>
    /// <exception cref="OperationCanceledException">The caller waits no longer.</exception>
    public static async Task<bool> WaitAsync(
        this Signal signal, TimeSpan atMost, TimeProvider time, CancellationToken cancellationToken)
    {
        using var due = new CancellationTokenSource(atMost, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(due.Token, cancellationToken);
        try
        {
            await signal.WaitAsync(either.Token);
            return true;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }
}
