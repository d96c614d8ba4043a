using System.Collections;

namespace JobOrchestrator.Shards;

/// <summary>The documents of an outbox that are stored, the oldest first. Whoever has it guards it.</summary>
internal sealed class StoredDocuments : IEnumerable<StoredDocument>
{
    private readonly List<StoredDocument> _all = [];
    private int _gone; // of _all, in front

    /// <summary>One more, behind the others.</summary>
    public void Add(StoredDocument document) => _all.Add(document);

    /// <summary>Takes the oldest out.</summary>
    public StoredDocument TakeOldest()
    {
        StoredDocument oldest = _all[_gone++];
        if (_gone > _all.Count / 2)
        {
            _all.RemoveRange(0, _gone);
            _gone = 0;
        }

        return oldest;
    }

    /// <summary>The first that was written at a time or after it; null: none was.</summary>
    public long? FirstFrom(DateTimeOffset at)
    {
        int low = _gone, high = _all.Count;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (_all[middle].At < at)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low < _all.Count ? _all[low].Number : null;
    }

    public IEnumerator<StoredDocument> GetEnumerator() => _all.Skip(_gone).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}

/// <summary>One of them.</summary>
/// <param name="Number">Its number.</param>
/// <param name="At">When it was written, or the shard was loaded with it.</param>
/// <param name="Bytes">How large it is.</param>
internal readonly record struct StoredDocument(long Number, DateTimeOffset At, long Bytes);
