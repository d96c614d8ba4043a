namespace JobOrchestrator.Sdk.Tests.OneThread;

/// <summary>One thread for everything: what is begun in it, and all that follows by plain awaits, runs when the test says so.</summary>
internal sealed class Lane : SynchronizationContext
{
    // Guards the queue: whoever left the lane would post from elsewhere.
    private readonly Lock _lock = new();
    private readonly Queue<(SendOrPostCallback Callback, object? State)> _ready = [];

    public override void Post(SendOrPostCallback d, object? state)
    {
        lock (_lock)
        {
            _ready.Enqueue((d, state));
        }
    }

    public override SynchronizationContext CreateCopy() => this;

    /// <summary>Runs something in the lane, and then all that is ready.</summary>
    public void Run(Action action)
    {
        SynchronizationContext? before = Current;
        SetSynchronizationContext(this);
        try
        {
            action();
            while (Next() is { Callback: { } callback } next)
            {
                callback(next.State);
            }
        }
        finally
        {
            SetSynchronizationContext(before);
        }
    }

    /// <summary>Begins a task in the lane, and runs all that is ready.</summary>
    public Task Begin(Func<Task> work)
    {
        Task begun = Task.CompletedTask;
        Run(() => begun = work());
        return begun;
    }

    private (SendOrPostCallback? Callback, object? State) Next()
    {
        lock (_lock)
        {
            return _ready.TryDequeue(out (SendOrPostCallback Callback, object? State) next) ? next : (null, null);
        }
    }
}
