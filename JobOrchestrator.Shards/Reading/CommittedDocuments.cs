using System.Text;

namespace JobOrchestrator.Shards;

/// <summary>
/// Reads documents as they were committed. Where commits are written in two steps, a document may still be as it was before, or not there
/// at all, while the batch that commits it stands in the head: the head is read first, then the document.
/// </summary>
/// <param name="store">The store.</param>
/// <param name="partition">The shard's.</param>
internal sealed class CommittedDocuments(StoreCalls store, string partition)
{
    private readonly SureReads _reads = new(store, partition);

    /// <summary>Those of the documents that exist, by key.</summary>
    /// <param name="keys">The documents.</param>
    /// <param name="batch">The batch that is not written yet, as its holder has it; null: the head is asked.</param>
    /// <param name="cancellationToken">Stops the read.</param>
    public async Task<IReadOnlyDictionary<string, ReadOnlyMemory<byte>>> ReadAsync(
        IReadOnlyList<string> keys, IReadOnlyList<BatchEntry>? batch, CancellationToken cancellationToken)
    {
        batch ??= await BatchAsync(cancellationToken);
        IReadOnlyDictionary<string, StoredItem> stored = await _reads.ReadAsync(keys, cancellationToken);
        var found = new Dictionary<string, ReadOnlyMemory<byte>>(keys.Count);
        foreach (string key in keys)
        {
            StoredItem? item = stored.TryGetValue(key, out StoredItem there) ? there : null;
            BatchEntry? entry = batch.FirstOrDefault(entry => entry.Key == key);

            // Any other ETag than the one before the commit is that of the commit itself, or of a later one.
            if (entry is not null && item?.ETag == entry.ETag)
            {
                found[key] = Encoding.UTF8.GetBytes(entry.Value);
            }
            else if (item is { } document)
            {
                found[key] = document.Value;
            }
        }

        return found;
    }

    private async Task<IReadOnlyList<BatchEntry>> BatchAsync(CancellationToken cancellationToken) =>
        await store.GetAsync(partition, partition, cancellationToken) is { } head ? Head.Parse(head.Value).Batch ?? [] : [];
}
