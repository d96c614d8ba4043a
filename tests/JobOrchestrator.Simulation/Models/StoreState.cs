using JobOrchestrator.Shards;

namespace JobOrchestrator.Simulation.Models;

/// <summary>
/// The documents of one store and what it does with a request: no thread, no clock, no chance of its own. Every call happens wholly in
/// the moment in which it is made; what takes several moments (<see cref="BulkRead"/>, <see cref="StoreTransaction"/>) is driven from
/// outside, one moment at a time, and may be left where it stands.
/// </summary>
/// <remarks>
/// An adapter saves by <see cref="StoreWrite.Save"/> and transacts by <see cref="StoreWrite.Of"/>, and takes a conflict of a save with an
/// ETag for <c>false</c>. A refused save without one says nothing of the document: the service's adapter then reads it, in a later
/// moment, and answers <c>false</c> if it is there. All else but <see cref="WriteResult.Done"/> is a <see cref="RefusedException"/>.
/// </remarks>
/// <param name="model">What kind of store it is.</param>
/// <param name="applied">Hears of every change as it is made.</param>
/// <param name="form">How JSON comes back; null: byte for byte.</param>
internal sealed class StoreState(StoreModel model, Action<AppliedWrites> applied, JsonForm? form = null)
{
    /// <summary>Who takes a document away whose time is over.</summary>
    public const string TimeLane = "ttl";

    // What a message has beside key and value, about.
    private const int OperationBytes = 24;

    private readonly Dictionary<string, Document> _documents = [];
    private readonly PriorityQueue<string, (long At, long Number)> _expiries = new(); // also of documents that have changed since
    private long _writes;
    private long _expiriesSeen;

    public StoreModel Model => model;

    /// <summary>How far the store's clock, by which documents go, is ahead of the world's.</summary>
    public TimeSpan ClockAhead { get; set; }

    /// <summary>How many documents there are; those whose time is over count until somebody looks.</summary>
    public int Count => _documents.Count;

    /// <summary>The bytes of their values.</summary>
    public long Bytes { get; private set; }

    /// <summary>The keys of all documents.</summary>
    public IReadOnlyCollection<string> Keys => _documents.Keys;

    /// <summary>When, by the world's clock, time may take a document away; null: never. It is seen at the next call of any kind.</summary>
    public DateTimeOffset? NextExpiryAt =>
        _expiries.TryPeek(out _, out (long At, long Number) first) ? new DateTimeOffset(first.At, TimeSpan.Zero) - ClockAhead : null;

    /// <summary>One document, or null.</summary>
    public StoredItem? Get(string key, Moment at)
    {
        Expire(at);
        return _documents.TryGetValue(key, out Document document) ? new StoredItem(document.Value, document.ETag) : null;
    }

    /// <summary>Several documents, each in a moment of its own.</summary>
    /// <param name="keys">Whose.</param>
    /// <param name="below">Draws a number below the one given, where the order is any; null: they come as asked.</param>
    public BulkRead GetMany(IReadOnlyList<string> keys, Func<int, int>? below = null) => new(this, keys, below);

    /// <summary>Writes or deletes one document, by itself.</summary>
    public WriteResult Save(StoreWrite write, Moment at)
    {
        Expire(at);
        WriteResult result = Receive([write], out StoreWrite[] received);
        if (result == WriteResult.Done)
        {
            result = Apply(received[0], at, marks: true, compares: true, out AppliedWrite? change);
            Tell(change is { } made ? [made] : [], at);
        }

        return result;
    }

    /// <summary>Several changes; how much of it happens together is the model's to say.</summary>
    public StoreTransaction Transact(IReadOnlyList<StoreWrite> writes) => new(this, writes);

    /// <summary>Takes away what is due. Every other call does so too, before all else.</summary>
    public void Expire(Moment at)
    {
        long now = Clock(at);
        while (_expiries.TryPeek(out string? key, out (long At, long Number) due) && due.At <= now)
        {
            _expiries.Dequeue();
            if (_documents.TryGetValue(key, out Document document) && document.ExpiresAt == due.At)
            {
                Put(key, null);
                Tell([new AppliedWrite(key, null, null)], at with { Lane = TimeLane });
            }
        }
    }

    /// <summary>What happens to a request before any document is looked at: sizes, form, JSON as it will be stored.</summary>
    internal WriteResult Receive(IReadOnlyList<StoreWrite> writes, out StoreWrite[] received)
    {
        received = [.. writes];
        if (received.Length > model.OperationsMax || IsTooLarge(received))
        {
            return WriteResult.TooLarge;
        }

        foreach (ref StoreWrite write in received.AsSpan())
        {
            if (write.Value is { } value && form is not null)
            {
                if (form.Rewrite(value, _writes) is not { } rewritten)
                {
                    return WriteResult.NoJson;
                }

                write = write with { Value = rewritten };
            }

            if (ETagRules.CheckForm(model, write) is var refusal and not WriteResult.Done)
            {
                return refusal;
            }
        }

        return WriteResult.Done;
    }

    /// <summary>Whether a write would pass now.</summary>
    internal WriteResult Check(in StoreWrite write) =>
        ETagRules.Check(model, write, _documents.TryGetValue(write.Key, out Document document) ? document : null);

    /// <summary>Makes one change, if it passes. Nobody is told.</summary>
    internal WriteResult Apply(in StoreWrite write, Moment at, bool marks, bool compares, out AppliedWrite? change)
    {
        change = null;
        Document? found = _documents.TryGetValue(write.Key, out Document document) ? document : null;
        if (compares && ETagRules.Check(model, write, found) is var refusal and not WriteResult.Done)
        {
            return refusal;
        }

        if (write.Value is null)
        {
            if (found is not null)
            {
                Put(write.Key, null);
                change = new AppliedWrite(write.Key, null, null);
            }

            return WriteResult.Done;
        }

        bool isByKey = model.ETags == ETagKind.ByKey;
        long version = isByKey ? document.Version + 1 : ++_writes;
        document = new Document(
            write.Value,
            isByKey ? Document.Counted(version) : Document.Opaque(version),
            version,
            isByKey && (document.IsFirstWrite || (marks && write.Concurrency == Concurrency.FirstWrite)),
            ExpiresAt(write, found, at));
        Put(write.Key, document);
        change = new AppliedWrite(write.Key, document.Value, document.ETag);
        return WriteResult.Done;
    }

    /// <summary>
    /// Redis: what a transaction says of a document's life is a command of its own, which does not ask what became of the write before.
    /// </summary>
    internal void Postpone(in StoreWrite write, Moment at)
    {
        if (write.TtlSeconds is not null && _documents.TryGetValue(write.Key, out Document document))
        {
            Put(write.Key, document with { ExpiresAt = ExpiresAt(write, document, at) });
        }
    }

    internal Document? Find(string key) => _documents.TryGetValue(key, out Document document) ? document : null;

    /// <summary>Puts a document in its place as it stands; null: there is none.</summary>
    internal void Put(string key, in Document? document)
    {
        if (_documents.TryGetValue(key, out Document before))
        {
            Bytes -= before.Value.Length;
        }

        if (document is not { } present)
        {
            _documents.Remove(key);
            return;
        }

        _documents[key] = present;
        Bytes += present.Value.Length;
        if (present.ExpiresAt != 0 && present.ExpiresAt != before.ExpiresAt)
        {
            _expiries.Enqueue(key, (present.ExpiresAt, ++_expiriesSeen));
        }
    }

    internal void Tell(IReadOnlyList<AppliedWrite> writes, Moment at)
    {
        if (writes.Count > 0)
        {
            applied(new AppliedWrites(at.Step, at.At, at.Lane, writes, at.Behind));
        }
    }

    private bool IsTooLarge(StoreWrite[] writes)
    {
        long bytes = 0;
        foreach (StoreWrite write in writes)
        {
            int length = write.Value?.Length ?? 0;
            bytes += OperationBytes + write.Key.Length + length;
            if (length > model.ItemBytesMax)
            {
                return true;
            }
        }

        return bytes > model.RequestBytesMax;
    }

    private long ExpiresAt(in StoreWrite write, in Document? found, Moment at) => write.TtlSeconds switch
    {
        null => model.KeepsExpiry ? found?.ExpiresAt ?? 0 : 0,
        <= 0 => 0,
        // Some centuries are for ever, and years beyond 9999 are none.
        { } seconds => Clock(at) + Math.Min(seconds, uint.MaxValue) * TimeSpan.TicksPerSecond,
    };

    private long Clock(Moment at) => (at.At + ClockAhead).UtcTicks;
}
