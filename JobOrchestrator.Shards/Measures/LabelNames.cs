using System.Collections.Concurrent;

namespace JobOrchestrator.Shards;

/// <summary>
/// Names as labels of measurements: the first so many that come, and one word for all others, however many a caller makes up.
/// </summary>
/// <param name="max">How many names.</param>
internal sealed class LabelNames(int max)
{
    /// <summary>Stands for every further name.</summary>
    public const string Other = "other";

    private readonly ConcurrentDictionary<string, string> _names = new(StringComparer.Ordinal);
    private int _count;

    /// <summary>The label of a name.</summary>
    public string Of(string name)
    {
        if (_names.TryGetValue(name, out string? known))
        {
            return known;
        }

        // The count is looked at first: once they are full, a stranger's name costs one look and is not kept.
        if (Volatile.Read(ref _count) >= max || Interlocked.Increment(ref _count) > max)
        {
            return Other;
        }

        if (!_names.TryAdd(name, name))
        {
            Interlocked.Decrement(ref _count);
        }

        return name;
    }
}
