namespace JobOrchestrator.Shards;

/// <summary>
/// The newest entries of an outbox, found by their number in logarithmic time: whoever is behind does not pay for all of them.
/// </summary>
internal sealed class RecentEntries
{
    // Before so many are gone nothing is moved.
    private const int GoneMax = 1_024;

    private readonly List<(OutboxEntry Entry, long Bytes)> _entries = [];
    private int _gone; // of these, from the front

    public int Count => _entries.Count - _gone;

    /// <summary>One more, of a higher number than all before.</summary>
    public void Add(OutboxEntry entry, long bytes) => _entries.Add((entry, bytes));

    /// <summary>The oldest one goes.</summary>
    /// <returns>Its bytes.</returns>
    public long RemoveOldest()
    {
        long bytes = _entries[_gone].Bytes;
        _entries[_gone++] = default;
        if (_gone >= GoneMax && _gone > _entries.Count / 2)
        {
            _entries.RemoveRange(0, _gone);
            _gone = 0;
        }

        return bytes;
    }

    /// <summary>Those from a number on, in order, as many as are wanted.</summary>
    public IReadOnlyList<OutboxEntry> From(long number, int max)
    {
        int low = _gone;
        int high = _entries.Count;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (_entries[middle].Entry.Number < number)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        var found = new OutboxEntry[Math.Min(max, _entries.Count - low)];
        for (int i = 0; i < found.Length; i++)
        {
            found[i] = _entries[low + i].Entry;
        }

        return found;
    }
}
