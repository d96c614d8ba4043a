using JobOrchestrator.Waiting;

namespace JobOrchestrator.Shards;

/// <summary>
/// Bulk reads of documents that ought to be there. A bulk read may leave out a document that exists, where the sidecar reads key by key
/// and one of the reads fails: what it does not bring is asked for singly.
/// </summary>
/// <param name="store">The store.</param>
/// <param name="partition">The documents' partition.</param>
internal sealed class SureReads(StoreCalls store, string partition)
{
    // Most are there; where many are not, nobody waits for one after the other.
    private const int SinglesAtOnce = 10;

    /// <summary>Those of the documents that exist, in the order of the keys.</summary>
    public async Task<IReadOnlyDictionary<string, StoredItem>> ReadAsync(IReadOnlyList<string> keys, CancellationToken cancellationToken)
    {
        // One alone is asked for singly at once.
        IReadOnlyDictionary<string, StoredItem> brought =
            keys.Count > 1 ? await store.GetManyAsync(keys, partition, cancellationToken) : new Dictionary<string, StoredItem>();
        var found = new Dictionary<string, StoredItem>(keys.Count);
        string[] left = brought.Count == keys.Count ? [] : [.. keys.Where(key => !brought.ContainsKey(key))];
        var singles = new Dictionary<string, StoredItem>();
        foreach (string[] some in left.Chunk(SinglesAtOnce))
        {
            StoredItem?[] items = await Together.AllAsync(some.Select(key => store.GetAsync(key, partition, cancellationToken)));
            foreach ((string key, StoredItem? item) in some.Zip(items))
            {
                if (item is { } single)
                {
                    singles[key] = single;
                }
            }
        }

        foreach (string key in keys)
        {
            if (brought.TryGetValue(key, out StoredItem item) || singles.TryGetValue(key, out item))
            {
                found[key] = item;
            }
        }

        return found;
    }
}
