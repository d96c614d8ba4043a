namespace JobOrchestrator.Shards;

/// <summary>A pause between two tries that is twice as long each time.</summary>
internal sealed class Pause
{
    private readonly TimeSpan _first;
    private readonly TimeSpan _longest;
    private readonly TimeProvider _time;
    private TimeSpan _next;

    /// <param name="bounds">The first one and the longest.</param>
    /// <param name="time">The clock.</param>
    public Pause(PauseBounds bounds, TimeProvider time)
    {
        (_first, _longest) = bounds;
        _time = time;
        _next = _first;
    }

    /// <summary>Nothing has failed since the last success.</summary>
    public bool IsFirst => _next == _first;

    /// <summary>Waits.</summary>
    public Task WaitAsync(CancellationToken cancellationToken)
    {
        TimeSpan now = _next;
        _next = now * 2 < _longest ? now * 2 : _longest;
        return Task.Delay(now, _time, cancellationToken);
    }

    /// <summary>Something has succeeded: the next pause is the first one again.</summary>
    public void Reset() => _next = _first;
}
