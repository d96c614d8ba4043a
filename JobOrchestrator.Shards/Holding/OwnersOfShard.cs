namespace JobOrchestrator.Shards;

/// <summary>
/// Puts together what a shard that is held knows of the owners of its jobs: nothing is read for it, and no job looked at.
/// </summary>
/// <param name="live">How many live jobs each has.</param>
/// <param name="outbox">Their events, and who reads them.</param>
/// <param name="history">How many of their jobs failed.</param>
/// <param name="since">Since when the shard is held.</param>
internal sealed class OwnersOfShard(LiveOwners live, Outbox outbox, ShardHistory history, DateTimeOffset since)
{
    // Of those that are known by their live jobs alone.
    private const int LiveMax = 2_000;

    /// <summary>For how long a reader is told of that asks no more, and an owner that has no job any more.</summary>
    private static readonly TimeSpan KnownFor = TimeSpan.FromHours(24);

    private static readonly TimeSpan MostPause = TimeSpan.FromSeconds(1);

    private volatile Ranked? _most;

    /// <summary>All of it.</summary>
    /// <param name="window">In what time jobs that failed are counted.</param>
    /// <param name="owner">This owner alone; null: all.</param>
    /// <param name="now">The time.</param>
    public ShardOwners Read(ErrorWindow window, string? owner, DateTimeOffset now)
    {
        (DateTimeOffset failedSince, IReadOnlyDictionary<string, long> failed) = history.FailedOfOwners(window, now);
        ILookup<string, FeedReaders.Reader> readers = outbox.Readers.Since(now - KnownFor).ToLookup(reader => reader.Owner);
        IReadOnlyList<string> most = owner is null ? MostAt(now) : [owner];
        OutboxView view = outbox.View(long.MaxValue);
        var published = new FeedPlace(outbox.Published, 0);
        string[] names = owner is not null ? [owner] :
        [
            .. most.Take(LiveMax)
                .Union(readers.Select(read => read.Key))
                .Union(outbox.Owners.Since(now - KnownFor))
                .Union(failed.Where(one => one.Value > 0).Select(one => one.Key)),
        ];
        return new ShardOwners(
            since,
            failedSince,
            [
                .. names.Select(name => new ShardOwner(
                    name,
                    live.Of(name),
                    failed.GetValueOrDefault(name),
                    outbox.Owners.Behind(name, published).Events,
                    [.. readers[name].Select(reader => ReadingOf(reader, view))])),
            ],
            IsCut: most.Count > LiveMax);
    }

    /// <summary>Those with most live jobs. Of very many it is used again for a while, so that whoever looks often costs no more.</summary>
    private IReadOnlyList<string> MostAt(DateTimeOffset now)
    {
        Ranked? last = _most;
        if (last is null || last.Names.Count <= LiveMax || (now - last.At).Duration() >= MostPause)
        {
            _most = last = new Ranked(live.Most(LiveMax + 1), now);
        }

        return last.Names;
    }

    private FeedReading ReadingOf(FeedReaders.Reader reader, OutboxView view)
    {
        // A cursor of before the store was set back, or a made-up one: of what it has read nothing is known.
        bool isAhead = reader.Place.Number > view.Next;
        UnreadEvents unread = isAhead ? new UnreadEvents(0, null, IsLowerBound: true) : outbox.Owners.Behind(reader.Owner, reader.Place);
        return new FeedReading(
            reader.Queue,
            reader.By,
            reader.LastAt,
            unread.Events,
            unread.IsLowerBound,
            unread.Since,
            IsExpired: isAhead || reader.Place.Number < view.First);
    }

    /// <summary>Who had most live jobs, at a time.</summary>
    private sealed record Ranked(IReadOnlyList<string> Names, DateTimeOffset At);
}
