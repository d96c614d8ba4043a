namespace JobOrchestrator.Shards;

/// <summary>Reads outbox entries: from memory where they still are, else from the store.</summary>
/// <param name="shard">The shard.</param>
/// <param name="store">Where entries are that are not in memory.</param>
/// <param name="documentsMax">Documents in one bulk read.</param>
/// <param name="unreadable">Is told of documents that cannot be read.</param>
internal sealed class OutboxReader(int shard, StoreCalls store, int documentsMax, UnreadableDocuments unreadable)
{
    private readonly SureReads _reads = new(store, Keys.Head(shard));

    /// <summary>Entries from a number on, of about so many events.</summary>
    /// <param name="view">The outbox, seen from <paramref name="from"/>.</param>
    /// <param name="from">The first number.</param>
    /// <param name="eventsMax">Stop once there are so many events.</param>
    /// <param name="cancellationToken">Stops the read.</param>
    public async Task<OutboxRead> ReadAsync(
        OutboxView view, long from, int eventsMax, CancellationToken cancellationToken)
    {
        if (view.Recent.Count > 0 && view.Recent[0].Number == from)
        {
            return Take(view.Recent, from, eventsMax);
        }

        long end = Math.Min(Math.Min(view.Next, from + documentsMax), view.Recent.Count > 0 ? view.Recent[0].Number : long.MaxValue);
        var spans = new Spans(view.Spans);
        var keys = new List<(long Number, long Epoch, string Key)>();
        for (long number = from; number < end; number++)
        {
            if (spans.EpochOf(number) is { } epoch)
            {
                keys.Add((number, epoch, Keys.Outbox(shard, epoch, number)));
            }
        }

        IReadOnlyDictionary<string, StoredItem> found =
            await _reads.ReadAsync([.. keys.Select(key => key.Key)], cancellationToken);
        var entries = new List<OutboxEntry>();
        var holes = new List<Hole>();
        foreach ((long number, long epoch, string key) in keys)
        {
            try
            {
                if (found.TryGetValue(key, out StoredItem item) && Outbox.TryParse(key, number, epoch, item.Value) is { } entry)
                {
                    entries.Add(entry);
                }
                else
                {
                    holes.Add(new Hole(number, key, IsThere: false));
                }

                unreadable.Remove(key);
            }
            catch (UnreadableException exception)
            {
                unreadable.Add(key, exception.Reason, isAside: false);
                holes.Add(new Hole(number, key, IsThere: true));
            }
        }

        OutboxRead taken = Take(entries, from, eventsMax);
        long takenEnd = taken.Entries.Count == entries.Count ? end : taken.End;
        return new OutboxRead(taken.Entries, takenEnd, [.. holes.Where(hole => hole.Number < takenEnd)]);
    }

    private static OutboxRead Take(IReadOnlyList<OutboxEntry> entries, long from, int eventsMax)
    {
        var taken = new List<OutboxEntry>();
        int events = 0;
        long end = from;
        foreach (OutboxEntry entry in entries)
        {
            if (events >= eventsMax)
            {
                break;
            }

            taken.Add(entry);
            events += entry.Events.Count;
            end = entry.Number + 1;
        }

        return new OutboxRead(taken, end, []);
    }
}

/// <summary>What a read of the outbox brought.</summary>
/// <param name="Entries">The entries in order.</param>
/// <param name="End">The number after the last one looked at.</param>
/// <param name="Holes">Documents before it that the view names and that brought no entry, in order.</param>
internal sealed record OutboxRead(IReadOnlyList<OutboxEntry> Entries, long End, IReadOnlyList<Hole> Holes);

/// <summary>A document of the outbox that brings no entry.</summary>
/// <param name="Number">Its number.</param>
/// <param name="Key">Its key.</param>
/// <param name="IsThere">
/// It is there and cannot be read; else the store has it not, asked for singly too: deleted since the outbox was looked at, or lost.
/// </param>
internal sealed record Hole(long Number, string Key, bool IsThere);
