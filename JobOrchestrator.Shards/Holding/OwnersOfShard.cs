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

    /// <summary>All of it.</summary>
    /// <param name="window">In what time jobs that failed are counted.</param>
    /// <param name="owner">This owner alone; null: all.</param>
    /// <param name="now">The time.</param>
    public ShardOwners Read(ErrorWindow window, string? owner, DateTimeOffset now)
    {
        (DateTimeOffset failedSince, IReadOnlyDictionary<string, long> failed) = history.FailedOfOwners(window, now);
        ILookup<string, FeedReaders.Reader> readers = outbox.Readers.Since(now - KnownFor).ToLookup(reader => reader.Owner);
        IReadOnlyList<string> most = owner is null ? live.Most(LiveMax + 1) : [owner];
        long oldest = outbox.View(long.MaxValue).First;
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
                    [.. readers[name].Select(reader => ReadingOf(reader, oldest))])),
            ],
            IsCut: most.Count > LiveMax);
    }

    private FeedReading ReadingOf(FeedReaders.Reader reader, long oldest)
    {
        UnreadEvents unread = outbox.Owners.Behind(reader.Owner, reader.Place);
        return new FeedReading(
            reader.Queue,
            reader.By,
            reader.LastAt,
            unread.Events,
            unread.IsLowerBound,
            unread.Since,
            IsExpired: reader.Place.Number < oldest);
    }
}
