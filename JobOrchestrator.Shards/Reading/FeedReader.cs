using JobOrchestrator.Waiting;

namespace JobOrchestrator.Shards;

/// <summary>Reads the feed: every shard's events from a place on, woken by commits.</summary>
internal sealed class FeedReader(IShardMap shards, ReadBounds bounds, TimeProvider time)
{
    private const char CursorKind = 'e';

    public async Task<FeedPage> ReadAsync(string? after, FeedFilter filter, int limit, TimeSpan wait, CancellationToken cancellationToken)
    {
        if (wait <= TimeSpan.Zero)
        {
            // Whoever does not wait takes an empty page for the end: all that he can have seen of a job is told.
            await Together.AllAsync(Enumerable.Range(0, shards.Count).Select(
                shard => shards.Of(shard).CatchUpAsync(bounds.CaughtUpWithin, cancellationToken)));
        }

        (long Number, int Offset)[] places = after is null or Feed.Oldest
            ? await AtAnEndAsync(oldest: after is not null, cancellationToken)
            : Cursor.Read(CursorKind, after, shards.Count);

        Note(places, filter, isNow: after is null);
        using var timeout = new CancellationTokenSource(wait > TimeSpan.Zero ? wait : Timeout.InfiniteTimeSpan, time);
        long began = time.GetTimestamp();
        while (true)
        {
            var events = new List<FeedEvent>();
            bool reachedEnd;
            try
            {
                reachedEnd = await FillAsync(places, filter, limit, events, began, cancellationToken);
            }
            catch (CursorExpiredException) when (after is Feed.Oldest)
            {
                // The oldest has gone since, or cannot be read, and the next one is the oldest now.
                places = await AtAnEndAsync(oldest: true, cancellationToken);
                continue;
            }

            if (events.Count == 0)
            {
                // What was passed is nothing that the reader wants.
                Note(places, filter, isNow: after is null);
            }

            if (events.Count == 0 && !reachedEnd && time.GetElapsedTime(began) < bounds.NothingWithin)
            {
                // Who reads an empty page believes that this is the end.
                continue;
            }

            bool isDone = events.Count > 0 || wait <= TimeSpan.Zero || !reachedEnd;
            if (isDone || !await WaitForMoreAsync(places, timeout.Token, cancellationToken))
            {
                return new FeedPage(events, Cursor.Write(CursorKind, places));
            }

            began = time.GetTimestamp();
        }
    }

    private async Task<(long Number, int Offset)[]> AtAnEndAsync(bool oldest, CancellationToken cancellationToken)
    {
        FeedRange[] ranges = await Together.AllAsync(
            Enumerable.Range(0, shards.Count).Select(shard => shards.Of(shard).FeedRangeAsync(cancellationToken)));
        return [.. ranges.Select(range => oldest ? range.Oldest : range.Next).Select(place => (place.Number, place.Offset))];
    }

    /// <summary>
    /// Reads on in every shard; moves the places. True when nothing is left to look at. What a shard has in front of events that are gone
    /// is an answer by itself: the next one says that they are. Where reads are slow a page ends once its time is over.
    /// </summary>
    private async Task<bool> FillAsync(
        (long Number, int Offset)[] places,
        FeedFilter filter,
        int limit,
        List<FeedEvent> events,
        long began,
        CancellationToken cancellationToken)
    {
        int lookedAt = 0;
        int first = FirstOf(places);
        for (int turn = 0; turn < places.Length; turn++)
        {
            int shard = (first + turn) % places.Length;
            int before = events.Count;
            while (true)
            {
                bool isOver = lookedAt >= bounds.EventsLookedAtMax
                    || (lookedAt > 0 && time.GetElapsedTime(began) >= bounds.NothingWithin);
                int room = isOver ? 0 : limit - events.Count;
                EventPage page;
                try
                {
                    page = await shards.Of(shard).EventsAsync(PlaceOf(places[shard]), filter, room, cancellationToken);
                }
                catch (CursorExpiredException) when (events.Count > before)
                {
                    return false;
                }

                foreach (ShardEvent item in page.Events)
                {
                    places[shard] = (item.After.Number, item.After.Offset);
                    events.Add(new FeedEvent(item.CloudEvent, Words.EventType(item.Kind), Cursor.Write(CursorKind, places)));
                }

                places[shard] = (page.End.Number, page.End.Offset);
                lookedAt += page.LookedAt;
                if (page.IsEnd)
                {
                    break;
                }

                if (room == 0)
                {
                    return false;
                }
            }
        }

        return true;
    }

    /// <summary>
    /// Where a page begins: elsewhere each time, or a shard that grows as fast as it is read would hide the others; and the same for the
    /// same places, so that a page that is asked for twice is the same.
    /// </summary>
    private static int FirstOf((long Number, int Offset)[] places)
    {
        ulong sum = 0;
        foreach ((long number, int offset) in places)
        {
            // Cursors are a caller's: any number may stand in one.
            sum = unchecked(sum + (ulong)number + (uint)offset);
        }

        return (int)((sum * 0x9E37_79B9_7F4A_7C15 >> 32) % (uint)places.Length);
    }

    /// <summary>Has each shard know how far an owner's reader is: it has all that is before the places, and nothing behind.</summary>
    private void Note((long Number, int Offset)[] places, FeedFilter filter, bool isNow)
    {
        for (int shard = 0; filter is { Owner: not null, By: not null } && shard < places.Length; shard++)
        {
            shards.Of(shard).NoteReader(filter, PlaceOf(places[shard]), isNow);
        }
    }

    /// <summary>Waits until any shard has events behind its place; false when the time has passed.</summary>
    private async Task<bool> WaitForMoreAsync(
        (long Number, int Offset)[] places, CancellationToken timeout, CancellationToken cancellationToken)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(timeout, cancellationToken);
        var grown = new Signal();
        var following = new List<IDisposable>(places.Length);
        try
        {
            for (int shard = 0; shard < places.Length; shard++)
            {
                following.Add(shards.Of(shard).Follow(PlaceOf(places[shard]), grown));
            }

            await grown.WaitAsync(over.Token);
            return true;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return false;
        }
        finally
        {
            following.ForEach(shard => shard.Dispose());
        }
    }

    private static FeedPlace PlaceOf((long Number, int Offset) place) => new(place.Number, place.Offset);
}
