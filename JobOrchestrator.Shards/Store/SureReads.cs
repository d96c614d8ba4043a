namespace JobOrchestrator.Shards;

/// <summary>
/// Bulk reads of documents that ought to be there. A bulk read may leave out a document that exists, where the sidecar reads key by key
/// and one of the reads fails: what it does not bring is asked for singly.
/// </summary>
/// <param name="store">The store.</param>
/// <param name="partition">The documents' partition.</param>
internal sealed class SureReads(StoreCalls store, string partition)
{
    /// <summary>Those of the documents that exist, in the order of the keys.</summary>
    public async Task<IReadOnlyDictionary<string, StoredItem>> ReadAsync(IReadOnlyList<string> keys, CancellationToken cancellationToken)
    {
        // One alone is asked for singly at once.
        IReadOnlyDictionary<string, StoredItem> brought =
            keys.Count > 1 ? await store.GetManyAsync(keys, partition, cancellationToken) : new Dictionary<string, StoredItem>();
        var found = new Dictionary<string, StoredItem>(keys.Count);
        foreach (string key in keys)
        {
            if (brought.TryGetValue(key, out StoredItem item))
            {
                found[key] = item;
            }
            else if (await store.GetAsync(key, partition, cancellationToken) is { } single)
            {
                found[key] = single;
            }
        }

        return found;
    }
}
