using JobOrchestrator.Core;

namespace JobOrchestrator.Shards;

/// <summary>
/// A command whose shard cannot take it waits for it: a sidecar that begins anew, or a shard that moves, is away for a moment, and a
/// caller who waits that long is served. Only what was certainly not written is tried again.
/// </summary>
/// <param name="atMost">How long a command may take in all; from then on its caller is told.</param>
/// <param name="time">The clock.</param>
/// <param name="commandsMax">Commands that wait at once: the next one is refused at once, for each may hold a whole body.</param>
internal sealed class Patience(TimeSpan atMost, TimeProvider time, int commandsMax = 1_024)
{
    private static readonly PauseBounds Pauses = new(TimeSpan.FromMilliseconds(25), TimeSpan.FromMilliseconds(500));
    // A refusal that took longer came after a turn: the next turn is asked for at once.
    private static readonly TimeSpan AtOnce = TimeSpan.FromMilliseconds(20);

    private int _waiting;

    /// <summary>How long a command may take when it is first tried; without patience it does not wait for a store that is away.</summary>
    public TimeSpan FirstTry => atMost > TimeSpan.Zero ? atMost : TimeSpan.MaxValue;

    /// <summary>Tries again until the shard takes the command, or its time is over.</summary>
    /// <param name="shards">The shards.</param>
    /// <param name="shard">Whose command it is.</param>
    /// <param name="command">The command.</param>
    /// <param name="started">The timestamp of the first try.</param>
    /// <param name="refusal">What was said then.</param>
    /// <param name="cancellationToken">The caller leaves.</param>
    /// <exception cref="StoreUnavailableException">What was said last; nothing was written.</exception>
    public async Task<Outcome> TryAgainAsync(
        IShardMap shards, int shard, Command command, long started, StoreUnavailableException refusal, CancellationToken cancellationToken)
    {
        try
        {
            if (Interlocked.Increment(ref _waiting) > commandsMax)
            {
                throw refusal;
            }

            var pause = new Pause(Pauses, time);
            long tried = started;
            while (time.GetElapsedTime(started) < atMost)
            {
                if (time.GetElapsedTime(tried) < AtOnce)
                {
                    await pause.WaitAsync(cancellationToken);
                }

                tried = time.GetTimestamp();
                try
                {
                    TimeSpan left = atMost - time.GetElapsedTime(started);
                    return await shards.Of(shard).ProposeAsync(command, left > TimeSpan.Zero ? left : TimeSpan.Zero, cancellationToken);
                }
                catch (StoreUnavailableException exception)
                {
                    refusal = exception;
                }
            }

            throw refusal;
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }
    }
}
