using JobOrchestrator.Waiting;

namespace JobOrchestrator.Shards;

/// <summary>
/// One replica has all shards or none, as long as several cannot share them: whoever holds the first one takes the others, and gives them
/// up once the first is another's. Two that each had some of them would both be of no use, for as long as they live.
/// </summary>
/// <param name="time">The clock.</param>
/// <param name="stopping">The service stops.</param>
internal sealed class FirstShard(TimeProvider time, CancellationToken stopping) : IDisposable
{
    private readonly Lock _lock = new(); // guards both below: the first shard's loop changes them, all others look
    private TaskCompletionSource _taken = NewPromise();
    private CancellationTokenSource? _held;

    /// <summary>The first shard is held here; the token ends when it is another's. Null: it is not held here.</summary>
    public CancellationToken? Held
    {
        get
        {
            lock (_lock)
            {
                return _held?.Token;
            }
        }
    }

    /// <summary>The first shard has been taken.</summary>
    public void Take()
    {
        lock (_lock)
        {
            _held ??= CancellationTokenSource.CreateLinkedTokenSource(stopping);
            _taken.TrySetResult();
        }
    }

    /// <summary>The first shard is another's. A store that does not answer says nothing: the others have leases of their own.</summary>
    public void Lose()
    {
        CancellationTokenSource? held;
        lock (_lock)
        {
            held = _held;
            _held = null;
            if (held is not null)
            {
                _taken = NewPromise();
            }
        }

        held?.Cancel();
        held?.Dispose();
    }

    /// <summary>Waits for so long, or until the first shard is taken.</summary>
    public async Task WaitAsync(TimeSpan atMost)
    {
        Task taken;
        lock (_lock)
        {
            taken = _taken.Task;
        }

        try
        {
            await taken.WithinAsync(atMost, time, stopping);
        }
        catch (TimeoutException)
        {
            // Then it is looked at again.
        }
    }

    public void Dispose() => _held?.Dispose();

    private static TaskCompletionSource NewPromise() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
