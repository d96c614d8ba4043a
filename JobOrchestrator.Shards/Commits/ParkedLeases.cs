using JobOrchestrator.Core;

namespace JobOrchestrator.Shards;

/// <summary>
/// Leases that found nothing and wait until there is something, in the order in which they came. They are found by the queues that they
/// name: with each batch those alone are looked at for which it may have something, however many others wait.
/// </summary>
internal sealed class ParkedLeases
{
    private readonly SortedDictionary<long, Envelope> _all = [];
    private readonly Dictionary<string, HashSet<long>> _byQueue = [];
    private readonly HashSet<long> _ofAllQueues = [];
    private readonly List<long> _new = []; // and others that were not looked at
    private volatile int _count;
    private long _last;

    /// <summary>How many wait; whoever asks, at any time.</summary>
    public int Count => _count;

    /// <summary>One more waits.</summary>
    public void Add(Envelope envelope)
    {
        _all.Add(++_last, envelope);
        _new.Add(_last);
        _count = _all.Count;
        IReadOnlyList<string> queues = QueuesOf(envelope);
        if (queues.Count == 0)
        {
            _ofAllQueues.Add(_last);
        }

        foreach (string queue in queues)
        {
            if (!_byQueue.TryGetValue(queue, out HashSet<long>? numbers))
            {
                _byQueue.Add(queue, numbers = []);
            }

            numbers.Add(_last);
        }
    }

    /// <summary>Those that may find something by now, the first first.</summary>
    /// <param name="stirred">The queues that may have something since this was last asked.</param>
    public IReadOnlyList<long> MayFind(IReadOnlyCollection<string> stirred)
    {
        var numbers = new SortedSet<long>(_new.Where(_all.ContainsKey));
        _new.Clear();
        if (_all.Count > 0 && stirred.Count > 0)
        {
            numbers.UnionWith(_ofAllQueues);
            foreach (string queue in stirred)
            {
                if (_byQueue.TryGetValue(queue, out HashSet<long>? waiting))
                {
                    numbers.UnionWith(waiting);
                }
            }
        }

        return [.. numbers];
    }

    /// <summary>There was no room for these in the batch: they may find something still.</summary>
    public void LookAgain(IEnumerable<long> numbers) => _new.AddRange(numbers);

    /// <summary>One of them; null: it waits no more.</summary>
    public Envelope? Find(long number) => _all.GetValueOrDefault(number);

    /// <summary>It waits no more.</summary>
    public void Remove(long number)
    {
        Envelope envelope = _all[number];
        _all.Remove(number);
        _count = _all.Count;
        _ofAllQueues.Remove(number);
        foreach (string queue in QueuesOf(envelope))
        {
            if (_byQueue.TryGetValue(queue, out HashSet<long>? numbers) && numbers.Remove(number) && numbers.Count == 0)
            {
                // Callers name queues as they like, so one for which nobody waits may not stay for ever.
                _byQueue.Remove(queue);
            }
        }
    }

    /// <summary>Forgets those for whom nobody waits any more.</summary>
    public void RemoveOver()
    {
        foreach (long number in _all.Where(pair => pair.Value.IsOver).Select(pair => pair.Key).ToList())
        {
            Remove(number);
        }
    }

    /// <summary>All of them, who wait no more.</summary>
    public IReadOnlyList<Envelope> Clear()
    {
        Envelope[] left = [.. _all.Values];
        _all.Clear();
        _byQueue.Clear();
        _ofAllQueues.Clear();
        _new.Clear();
        _count = 0;
        return left;
    }

    private static IReadOnlyList<string> QueuesOf(Envelope envelope) => ((Command.Lease)envelope.Command).Queues;
}
