namespace JobOrchestrator.Shards;

/// <summary>
/// Who reads an owner's events, and how far it has got: known by what it asks for. A bounded number, the latest; what the service's
/// process has not seen is not known. Thread-safe.
/// </summary>
/// <param name="max">How many readers.</param>
internal sealed class FeedReaders(int max = 256)
{
    private readonly Dictionary<(string Owner, string? Queue, bool IsOwner), Reader> _readers = []; // also the lock that guards it

    /// <summary>Somebody asks for what is behind a place: what is before it, it has.</summary>
    public void Note(FeedFilter filter, FeedPlace place, DateTimeOffset now)
    {
        if (filter is not { Owner: { } owner, By: { } by })
        {
            return;
        }

        lock (_readers)
        {
            (string, string?, bool) key = (owner, filter.Queue, by.IsOwner);
            if (_readers.Count >= max && !_readers.ContainsKey(key))
            {
                // Whoever looks into others' feeds drives no owner out.
                _readers.Remove(_readers.MinBy(reader => (reader.Key.IsOwner, reader.Value.LastAt)).Key);
            }

            _readers[key] = new Reader(owner, filter.Queue, by, place, now);
        }
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
