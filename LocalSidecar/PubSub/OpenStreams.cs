using LocalSidecar.Resources;

namespace LocalSidecar.PubSub;

/// <summary>The streams by which one app takes messages from topics now.</summary>
internal sealed class OpenStreams : IDisposable
{
    private readonly Lock _gate = new();
    private readonly List<SubscriptionDeclaration> _open = [];
    private readonly CancellationTokenSource _stopping = new();
    private readonly TaskCompletionSource _allEnded = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>One for each stream, in the order in which they were opened.</summary>
    public IReadOnlyList<SubscriptionDeclaration> Open
    {
        get
        {
            lock (_gate)
            {
                return [.. _open];
            }
        }
    }

    /// <summary>Ends when the sidecar stops: streams do not keep it.</summary>
    public CancellationToken Stopping => _stopping.Token;

    public void Add(SubscriptionDeclaration stream)
    {
        lock (_gate)
        {
            _open.Add(stream);
        }
    }

    public void Remove(SubscriptionDeclaration stream)
    {
        lock (_gate)
        {
            _open.RemoveAt(_open.FindIndex(one => ReferenceEquals(one, stream)));
            NoteEnd();
        }
    }

    /// <summary>Ends all streams, those to come too, and waits for them.</summary>
    /// <param name="timeout">For how long at most.</param>
    public async Task StopAsync(TimeSpan timeout)
    {
        await _stopping.CancelAsync();
        lock (_gate)
        {
            NoteEnd();
        }

        await Task.WhenAny(_allEnded.Task, Task.Delay(timeout));
    }

    public void Dispose() => _stopping.Dispose();

    // The gate is held.
    private void NoteEnd()
    {
        if (_open.Count == 0 && _stopping.IsCancellationRequested)
        {
            _allEnded.TrySetResult();
        }
    }
}
