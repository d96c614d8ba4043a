using JobOrchestrator.Shards;

namespace JobOrchestrator.Simulation.Models;

/// <summary>A document of a bulk read's answer.</summary>
/// <param name="Key">As asked.</param>
/// <param name="Item">Null: there was none.</param>
internal readonly record struct BulkItem(string Key, StoredItem? Item);

/// <summary>A read of several documents on its way. It is no snapshot: each key is looked at in a moment of its own.</summary>
internal sealed class BulkRead
{
    // What an answer has beside key, value and ETag, about.
    private const int ItemBytes = 16;

    private readonly StoreState _store;
    private readonly string[] _keys;
    private readonly List<BulkItem> _found;
    private readonly List<BulkItem> _missing = [];
    private long _bytes;
    private int _next;

    internal BulkRead(StoreState store, IReadOnlyList<string> keys, Func<int, int>? below)
    {
        _store = store;
        _keys = store.Model.BulkOrder == BulkOrder.AsAsked ? [.. keys] : [.. keys.Distinct()];
        _found = new(_keys.Length);
        if (store.Model.BulkOrder == BulkOrder.AnyFoundFirst && below is not null)
        {
            for (int i = _keys.Length - 1; i > 0; i--)
            {
                int other = below(i + 1);
                (_keys[i], _keys[other]) = (_keys[other], _keys[i]);
            }
        }
    }

    /// <summary>Every key has been looked at.</summary>
    public bool IsDone => _next == _keys.Length;

    /// <summary>The key that is looked at next.</summary>
    public string NextKey => _keys[_next];

    /// <summary>The answer would be larger than one may be: it is refused, and fewer keys may pass.</summary>
    public bool IsTooLarge => _bytes > _store.Model.AnswerBytesMax;

    /// <summary>The answer so far, in its order.</summary>
    public IReadOnlyList<BulkItem> Items => [.. _found, .. _missing];

    /// <summary>Those of the documents that there were, each once, in the answer's order.</summary>
    public IReadOnlyDictionary<string, StoredItem> Found
    {
        get
        {
            var found = new Dictionary<string, StoredItem>(_found.Count);
            foreach (BulkItem item in _found)
            {
                if (item.Item is { } stored)
                {
                    found[item.Key] = stored;
                }
            }

            return found;
        }
    }

    /// <summary>Looks at the next key.</summary>
    public void Next(Moment at)
    {
        string key = _keys[_next++];
        var item = new BulkItem(key, _store.Get(key, at));
        _bytes += ItemBytes + key.Length + (item.Item is { } stored ? stored.Value.Length + stored.ETag.Length : 0);
        (item.Item is null && _store.Model.BulkOrder != BulkOrder.AsAsked ? _missing : _found).Add(item);
    }

    /// <summary>A fault: leaves the next key out of the answer.</summary>
    public void LeaveOut() => _next++;

    /// <summary>Looks at all that is left, in one moment.</summary>
    public BulkRead Finish(Moment at)
    {
        while (!IsDone)
        {
            Next(at);
        }

        return this;
    }
}
