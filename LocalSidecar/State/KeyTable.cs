namespace LocalSidecar.State;

/// <summary>What memory keeps of the values of a store, by their keys. The gate is held.</summary>
internal sealed class KeyTable
{
    private readonly KeyHeads _heads = new();
    private readonly IdTable _ids = new();
    private readonly Dictionary<byte[], StateEntry> _whole = new(KeyComparer.Instance);

    /// <summary>How many keys there are.</summary>
    public int Count => _ids.Count + _whole.Count;

    /// <summary>The entry of a key; false: there is none.</summary>
    public bool TryGet(ReadOnlySpan<byte> key, out StateEntry entry) => _heads.TrySplit(key, isNew: false, out int head, out Guid id)
        ? _ids.TryGet(head, id, out entry)
        : _whole.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(key, out entry);

    /// <summary>The same by a key's name.</summary>
    public bool TryGet(in KeyName name, out StateEntry entry) =>
        name.Whole is { } whole ? _whole.TryGetValue(whole, out entry) : _ids.TryGet(name.Head, name.Id, out entry);

    /// <summary>Puts an entry in the place of the one that is there, if there is one.</summary>
    /// <returns>Whether there was one.</returns>
    public bool Put(ReadOnlySpan<byte> key, in StateEntry entry, out StateEntry before)
    {
        if (_heads.TrySplit(key, isNew: true, out int head, out Guid id))
        {
            return _ids.Put(head, id, entry, out before);
        }

        Dictionary<byte[], StateEntry>.AlternateLookup<ReadOnlySpan<byte>> lookup = _whole.GetAlternateLookup<ReadOnlySpan<byte>>();
        bool isThere = lookup.TryGetValue(key, out before);
        lookup[key] = entry;
        return isThere;
    }

    /// <summary>Takes a key out; false: it is not there.</summary>
    public bool Remove(ReadOnlySpan<byte> key, out StateEntry before) => _heads.TrySplit(key, isNew: false, out int head, out Guid id)
        ? _ids.Remove(head, id, out before)
        : _whole.GetAlternateLookup<ReadOnlySpan<byte>>().Remove(key, out _, out before);

    /// <summary>How a key is called here: in fewer bytes, where it ends in a UUID.</summary>
    public KeyName NameOf(ReadOnlySpan<byte> key) => _heads.TrySplit(key, isNew: false, out int head, out Guid id)
        ? new KeyName(null, head, id)
        : new KeyName(key.ToArray(), 0, default);

    /// <summary>The key of a name.</summary>
    public byte[] KeyOf(in KeyName name) => name.Whole ?? _heads.Join(name.Head, name.Id);

    /// <summary>The keys that expire, and when.</summary>
    public IEnumerable<(KeyName Name, long ExpiresAt)> Expiring() =>
        _ids.Expiring().Select(static found => (new KeyName(null, found.Head, found.Id), found.ExpiresAt)).Concat(
            _whole.Where(static pair => pair.Value.ExpiresAt != 0)
                .Select(static pair => (new KeyName(pair.Key, 0, default), pair.Value.ExpiresAt)));
}

/// <summary>A key as one <see cref="KeyTable"/> calls it.</summary>
/// <param name="Whole">All of it; null: it ends in a UUID.</param>
/// <param name="Head">The number of its beginning.</param>
/// <param name="Id">Its end.</param>
internal readonly record struct KeyName(byte[]? Whole, int Head, Guid Id);
