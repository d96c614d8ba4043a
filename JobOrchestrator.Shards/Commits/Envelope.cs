using JobOrchestrator.Core;

namespace JobOrchestrator.Shards;

/// <summary>A command on its way through a commit loop, and the promise of its outcome.</summary>
internal sealed class Envelope(Command command, bool waits = false)
    : TaskCompletionSource<Outcome>(TaskCreationOptions.RunContinuationsAsynchronously)
{
    private const int Waiting = 0;
    private const int Taken = 1;
    private const int Withdrawn = 2;

    private int _state;

    public Command Command { get; } = command;

    /// <summary>A lease that finds nothing stays until there is something.</summary>
    public bool Waits { get; } = waits;

    /// <summary>The loop takes the command; false when its caller has withdrawn it.</summary>
    public bool TryTake() => !Task.IsCanceled && Interlocked.CompareExchange(ref _state, Taken, Waiting) == Waiting;

    /// <summary>A lease that found nothing may be withdrawn again.</summary>
    public void Park() => Volatile.Write(ref _state, Waiting);

    /// <summary>The caller gives up; false when the loop has taken the command, whose outcome is then unknown.</summary>
    public bool TryWithdraw() => Interlocked.CompareExchange(ref _state, Withdrawn, Waiting) == Waiting;

    /// <summary>Whether the caller has given up.</summary>
    public bool IsWithdrawn => Volatile.Read(ref _state) == Withdrawn || Task.IsCanceled;
}
