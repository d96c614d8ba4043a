using JobOrchestrator.Waiting;

namespace JobOrchestrator.Sdk;

/// <summary>The leases that this worker holds, in the order in which it got them.</summary>
internal sealed class HeldLeases
{
    // Guards everything below: attempts end on many threads.
    private readonly Lock _lock = new();
    private readonly SortedDictionary<long, HeldLease> _leases = [];
    private TaskCompletionSource? _noneLeft;
    private long _last;

    /// <summary>Set whenever there is one more.</summary>
    public Signal Added { get; } = new();

    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _leases.Count;
            }
        }
    }

    /// <summary>Those held at this moment, the longest held first.</summary>
    public IReadOnlyList<HeldLease> InOrder()
    {
        lock (_lock)
        {
            return [.. _leases.Values];
        }
    }

    /// <summary>The leases that are held, each by its job and its token.</summary>
    public HashSet<(string Job, string Token)> Names()
    {
        lock (_lock)
        {
            return [.. _leases.Values.Select(lease => (lease.Job.Id, lease.LeaseToken))];
        }
    }

    /// <summary>Adds a lease and returns its number.</summary>
    public long Add(HeldLease lease)
    {
        lock (_lock)
        {
            _leases.Add(++_last, lease);
            Added.Set();
            return _last;
        }
    }

    public void Remove(long number)
    {
        lock (_lock)
        {
            _leases.Remove(number);
            if (_leases.Count == 0)
            {
                _noneLeft?.TrySetResult();
                _noneLeft = null;
            }
        }
    }

    /// <summary>Completes when none is held.</summary>
    public Task AllEndedAsync()
    {
        lock (_lock)
        {
            if (_leases.Count == 0)
            {
                return Task.CompletedTask;
            }

            _noneLeft ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _noneLeft.Task;
        }
    }
}
