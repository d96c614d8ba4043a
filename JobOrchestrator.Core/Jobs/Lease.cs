namespace JobOrchestrator.Core;

/// <summary>A worker's timed right to one attempt.</summary>
/// <param name="Token">Proves the right; a stale one is refused.</param>
/// <param name="Worker">Who holds it.</param>
/// <param name="ExpiresAt">When it ends without another heartbeat.</param>
/// <param name="CancelTold">The holder has been told of a cancel; from then on heartbeats extend the lease no more.</param>
public sealed record Lease(string Token, string Worker, DateTimeOffset ExpiresAt, bool CancelTold = false)
{
    /// <summary>The highest number of a state that was taken in this attempt; 0: none had one.</summary>
    public int StateNumber { get; init; }

    /// <summary>The running attempt's heartbeats; null: there was none.</summary>
    public Heartbeats? Heartbeats { get; init; }

    /// <summary>No worker has it, and it is about to be given back. In memory only: whoever loads the job does not know.</summary>
    internal bool IsUnseen { get; init; }
}
