using System.Collections.Concurrent;
using System.Diagnostics;
using Sidecar.Conformance.Recorded;

namespace Sidecar.Conformance.Calls;

/// <summary>What has come, in order, and when the last of it did.</summary>
internal sealed class Arrivals
{
    private readonly ConcurrentQueue<Event> _events = new();
    private readonly ConcurrentDictionary<string, int> _attempts = new();
    private long _last = Stopwatch.GetTimestamp();

    public IReadOnlyList<Event> Events => [.. _events];

    public TimeSpan Quiet => Stopwatch.GetElapsedTime(Interlocked.Read(ref _last));

    public void Add(IEnumerable<Event> events)
    {
        foreach (Event one in events)
        {
            _events.Enqueue(one);
            Interlocked.Exchange(ref _last, Stopwatch.GetTimestamp());
        }
    }

    /// <summary>How often this has come, this time included.</summary>
    public int Attempt(string what) => _attempts.AddOrUpdate(what, 1, (_, attempts) => attempts + 1);
}
