namespace JobOrchestrator.Shards;

/// <summary>
/// Who reads an owner's events, and how far it has got: known by what it asks for. A bounded number, the latest; what the service's
/// process has not seen is not known. Thread-safe.
/// </summary>
/// <param name="max">How many readers.</param>
/// <param name="ofOneMax">How many of one owner: a caller who names ever other queues drives out none but its own.</param>
internal sealed class FeedReaders(int max = 256, int ofOneMax = 8)
{
    // Longer, no owner and no queue is called.
    private const int NameMax = 256;

    private readonly Dictionary<(string Owner, string? Queue, bool IsOwner), Reader> _readers = []; // also the lock that guards it

    /// <summary>Somebody asks for what is behind a place: what is before it, it has.</summary>
    /// <param name="filter">Which events, and who asks.</param>
    /// <param name="place">The place.</param>
    /// <param name="isNow">It names no place and is given the newest: one that is known has for that read nothing more.</param>
    /// <param name="now">The time.</param>
    public void Note(FeedFilter filter, FeedPlace place, bool isNow, DateTimeOffset now)
    {
        if (filter is not { Owner: { Length: <= NameMax } owner, Queue: null or { Length: <= NameMax }, By: { } by })
        {
            return;
        }

        lock (_readers)
        {
            (string, string?, bool) key = (owner, filter.Queue, by.IsOwner);
            if (_readers.TryGetValue(key, out Reader? known))
            {
                place = isNow ? known.Place : place;
            }
            else if (!TryMakeRoom(owner, by))
            {
                return;
            }

            _readers[key] = new Reader(owner, filter.Queue, by, place, now);
        }
    }

    /// <summary>Makes room for one more, by the one that has not asked for longest: of the same owner where that has its share.</summary>
    private bool TryMakeRoom(string owner, FeedCaller by)
    {
        bool isShareFull = _readers.Values.Count(reader => reader.Owner == owner) >= ofOneMax;
        if (!isShareFull && _readers.Count < max)
        {
            return true;
        }

        // Whoever looks into others' feeds drives no owner out.
        (string Owner, string? Queue, bool IsOwner) last = _readers.Where(reader => !isShareFull || reader.Key.Owner == owner)
            .MinBy(reader => (reader.Key.IsOwner, reader.Value.LastAt)).Key;
        return (by.IsOwner || !last.IsOwner) && _readers.Remove(last);
    }

    /// <summary>All that have read at a time or since.</summary>
    public IReadOnlyList<Reader> Since(DateTimeOffset at)
    {
        lock (_readers)
        {
            return [.. _readers.Values.Where(reader => reader.LastAt >= at)];
        }
    }

    /// <summary>One reader.</summary>
    /// <param name="Owner">Whose events it reads.</param>
    /// <param name="Queue">Of which queue alone; null: of all.</param>
    /// <param name="By">Who it is.</param>
    /// <param name="Place">Where it reads on.</param>
    /// <param name="LastAt">When it last asked.</param>
    internal sealed record Reader(string Owner, string? Queue, FeedCaller By, FeedPlace Place, DateTimeOffset LastAt);
}
