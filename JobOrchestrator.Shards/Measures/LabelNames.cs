using System.Collections.Concurrent;

namespace JobOrchestrator.Shards;

/// <summary>
/// What is told apart by labels of measurements: the first so many that come, however many a caller makes up; of all others there is one
/// line together.
/// </summary>
/// <typeparam name="T">What is told apart.</typeparam>
/// <param name="max">How many.</param>
internal sealed class LabelNames<T>(int max)
    where T : notnull
{
    private readonly ConcurrentDictionary<T, bool> _names = [];
    private int _count;

    /// <summary>Whether this one is among them; it is from now on, if there is room.</summary>
    public bool Has(T name)
    {
        if (_names.ContainsKey(name))
        {
            return true;
        }

        // The count is looked at first: once they are full, a stranger's name costs one look and is not kept.
        if (Volatile.Read(ref _count) >= max || Interlocked.Increment(ref _count) > max)
        {
            return _names.ContainsKey(name);
        }

        if (!_names.TryAdd(name, true))
        {
            Interlocked.Decrement(ref _count);
        }

        return true;
    }

    /// <summary>Whether this one is among them by now.</summary>
    public bool Knows(T name) => _names.ContainsKey(name);
}
