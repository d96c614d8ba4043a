namespace JobOrchestrator.Shards;

/// <summary>Reads the feed: every shard's outbox from a place on, woken by commits.</summary>
internal sealed class FeedReader(Replica replica, IStateStore store, TimeProvider time)
{
    private const char CursorKind = 'e';

    // A reader whose filter lets little through gets an empty page with a place further on, rather than a request without end.
    private const int EventsLookedAtMax = 20_000;

    public async Task<FeedPage> ReadAsync(string? after, FeedFilter filter, int limit, TimeSpan wait, CancellationToken cancellationToken)
    {
        Outbox[] outboxes = Outboxes();
        (long Number, int Offset)[] places = after switch
        {
            null => [.. outboxes.Select(outbox => (outbox.View(long.MaxValue).Next, 0))],
            Feed.Oldest => [.. outboxes.Select(outbox => (outbox.View(long.MaxValue).First, 0))],
            _ => Cursor.Read(CursorKind, after, outboxes.Length),
        };

        using var timeout = new CancellationTokenSource(wait > TimeSpan.Zero ? wait : Timeout.InfiniteTimeSpan, time);
        while (true)
        {
            Task[] growth = [.. outboxes.Select((outbox, shard) => outbox.View(places[shard].Number).Grown)];
            var events = new List<FeedEvent>();
            bool reachedEnd = await FillAsync(outboxes, places, filter, limit, events, cancellationToken);
            if (events.Count > 0 || wait <= TimeSpan.Zero || !reachedEnd || timeout.IsCancellationRequested)
            {
                return new FeedPage(events, Cursor.Write(CursorKind, places));
            }

            try
            {
                using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
                await Task.WhenAny(growth).WaitAsync(either.Token);
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                return new FeedPage([], Cursor.Write(CursorKind, places));
            }
        }
    }

    /// <summary>Reads on in every shard; moves the places. True when nothing is left to look at.</summary>
    private async Task<bool> FillAsync(
        Outbox[] outboxes, (long Number, int Offset)[] places, FeedFilter filter, int limit, List<FeedEvent> events, CancellationToken cancellationToken)
    {
        int lookedAt = 0;
        for (int shard = 0; shard < outboxes.Length; shard++)
        {
            var reader = new OutboxReader(shard, store);
            while (true)
            {
                OutboxView view = outboxes[shard].View(places[shard].Number);
                if (places[shard].Number < view.First || places[shard].Number > view.Next)
                {
                    throw new CursorExpiredException("Events after this cursor are no longer kept.");
                }

                if (places[shard].Number == view.Next)
                {
                    break;
                }

                if (events.Count >= limit || lookedAt >= EventsLookedAtMax)
                {
                    return false;
                }

                (IReadOnlyList<OutboxEntry> entries, long end) = await ReadEntriesAsync(reader, view, places[shard].Number, limit, cancellationToken);
                foreach (OutboxEntry entry in entries)
                {
                    int offset = entry.Number == places[shard].Number ? places[shard].Offset : 0;
                    for (; offset < entry.Events.Count && events.Count < limit; offset++)
                    {
                        lookedAt++;
                        OutboxEvent item = entry.Events[offset];
                        places[shard] = offset + 1 < entry.Events.Count ? (entry.Number, offset + 1) : (entry.Number + 1, 0);
                        if ((filter.Owner is null || filter.Owner == item.Owner) && (filter.Queue is null || filter.Queue == item.Queue))
                        {
                            events.Add(new FeedEvent(item.CloudEvent, Words.EventType(item.Kind), Cursor.Write(CursorKind, places)));
                        }
                    }
                }

                if (events.Count < limit && places[shard].Number < end)
                {
                    places[shard] = (end, 0);
                }
            }
        }

        return true;
    }

    private async Task<(IReadOnlyList<OutboxEntry> Entries, long End)> ReadEntriesAsync(
        OutboxReader reader, OutboxView view, long from, int limit, CancellationToken cancellationToken)
    {
        try
        {
            return await replica.Calls.TimedAsync(token => reader.ReadAsync(view, from, limit, token), cancellationToken);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw new StoreUnavailableException("The state store does not answer.", exception);
        }
    }

    private Outbox[] Outboxes() =>
    [
        .. Enumerable.Range(0, replica.ShardCount ?? throw new StoreUnavailableException("The state store has not been reached yet."))
            .Select(shard => replica.LoadedOf(shard)?.Outbox ?? throw new StoreUnavailableException("The shard is not held at the moment.")),
    ];
}
