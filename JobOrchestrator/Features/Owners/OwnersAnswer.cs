using JobOrchestrator.Shards;

namespace JobOrchestrator.Features.Owners;

/// <summary>What is answered.</summary>
/// <param name="Owners">The owners: those first whose reader is the latest, then those with most live jobs.</param>
/// <param name="Total">How many there are.</param>
/// <param name="TotalIsLowerBound">There are more: a shard tells of so many only.</param>
/// <param name="WatchedSince">Since when it is watched in all shards who reads the feed.</param>
/// <param name="FailedSince">From when on failures are counted in all shards.</param>
/// <param name="AsOf">When this was so.</param>
/// <param name="Missing">Shards that nobody holds at the moment.</param>
internal sealed record OwnersAnswer(
    IReadOnlyList<OwnerRow> Owners,
    int Total,
    bool TotalIsLowerBound,
    DateTimeOffset WatchedSince,
    DateTimeOffset FailedSince,
    DateTimeOffset AsOf,
    IReadOnlyList<int> Missing)
{
    /// <summary>Most owners of an answer.</summary>
    public const int OwnersMax = 500;

    /// <summary>Adds up what the shards know.</summary>
    /// <param name="answers">By the shards' numbers; null: nobody holds it.</param>
    /// <param name="now">The time.</param>
    public static OwnersAnswer Of(IReadOnlyList<ShardOwners?> answers, DateTimeOffset now)
    {
        List<ShardOwners> known = [.. answers.OfType<ShardOwners>()];
        OwnerRow[] rows =
        [
            .. known.SelectMany(shard => shard.Owners).GroupBy(owner => owner.Owner, StringComparer.Ordinal)
                .Select(parts => OwnerRow.Of(parts.Key, [.. parts], now))
                .OrderByDescending(row => row.Behind)
                .ThenByDescending(row => row.Live)
                .ThenBy(row => row.Owner, StringComparer.Ordinal),
        ];
        return new OwnersAnswer(
            [.. rows.Take(OwnersMax)],
            rows.Length,
            known.Exists(shard => shard.IsCut),
            known.Select(shard => shard.Since).DefaultIfEmpty(now).Max(),
            known.Select(shard => shard.FailedSince).DefaultIfEmpty(now).Max(),
            now,
            [.. Enumerable.Range(0, answers.Count).Where(shard => answers[shard] is null)]);
    }
}

/// <summary>One owner.</summary>
/// <param name="Owner">Its name.</param>
/// <param name="Live">How many of its jobs are live.</param>
/// <param name="Failed">How many failed in the window.</param>
/// <param name="EventsPending">How many of its events the broker has not taken yet.</param>
/// <param name="Readers">Who reads its events: the latest first.</param>
internal sealed record OwnerRow(string Owner, long Live, long Failed, long EventsPending, IReadOnlyList<ReaderRow> Readers)
{
    // Who reads each queue's events apart shows in as many lines.
    private const int ReadersMax = 8;

    /// <summary>How late it is: the latest of those that read for it. Who looks into others' feeds is late for nobody.</summary>
    public TimeSpan Behind => Readers.Where(reader => reader.IsOwner).Select(reader => reader.Rank).DefaultIfEmpty().Max();

    /// <summary>Adds up what the shards know of one.</summary>
    public static OwnerRow Of(string name, IReadOnlyList<ShardOwner> parts, DateTimeOffset now)
    {
        ReaderRow[] readers =
        [
            .. parts.SelectMany(part => part.Readers).GroupBy(reader => (reader.Queue, reader.By.IsOwner))
                .Select(reader => ReaderRow.Of([.. reader], now)),
        ];

        // Somebody who looks into its feed says nothing of how far the owner is, once it is known itself.
        bool isSeen = Array.Exists(readers, reader => reader.IsOwner);
        return new OwnerRow(
            name,
            parts.Sum(part => part.Live),
            parts.Sum(part => part.Failed),
            parts.Sum(part => part.EventsPending),
            [
                .. readers.Where(reader => reader.IsOwner || !isSeen)
                    .OrderByDescending(reader => reader.Rank)
                    .ThenByDescending(reader => reader.LastReadAt)
                    .ThenBy(reader => reader.Queue, StringComparer.Ordinal)
                    .Take(ReadersMax),
            ]);
    }
}

/// <summary>How far a reader is, in all shards.</summary>
/// <param name="Queue">It reads the events of this queue alone; null: all.</param>
/// <param name="IsOwner">It is the owner itself, or whoever asks where there are no keys.</param>
/// <param name="Name">The name of its key.</param>
/// <param name="LastReadAt">When it last asked.</param>
/// <param name="EventsBehind">How many events it has not read.</param>
/// <param name="IsLowerBound">There may be more.</param>
/// <param name="ReadUpTo">It has read all from before this time; null: that is not known.</param>
/// <param name="Behind">How long that is ago; zero where nothing is unread; null: that is not known.</param>
/// <param name="IsExpired">Some of what it has not read is no longer kept, or may be.</param>
internal sealed record ReaderRow(
    string? Queue,
    bool IsOwner,
    string? Name,
    DateTimeOffset LastReadAt,
    long EventsBehind,
    bool IsLowerBound,
    DateTimeOffset? ReadUpTo,
    TimeSpan? Behind,
    bool IsExpired)
{
    /// <summary>By what the latest comes first: of whom it is not known comes before those who have read all.</summary>
    public TimeSpan Rank => Behind ?? TimeSpan.FromTicks(1);

    /// <summary>Adds up what the shards know of one.</summary>
    public static ReaderRow Of(IReadOnlyList<FeedReading> parts, DateTimeOffset now)
    {
        FeedReading last = parts.MaxBy(part => part.LastAt)!;
        bool isLowerBound = parts.Any(part => part.IsLowerBound);

        // Where nothing unread is known and there may be some, it is not said that it has read all.
        DateTimeOffset? upTo = parts.Min(part => part.UnreadSince) is { } unread ? unread < now ? unread : now
            : isLowerBound ? null
            : now;
        return new ReaderRow(
            last.Queue,
            last.By.IsOwner,
            last.By.Name,
            last.LastAt < now ? last.LastAt : now,
            parts.Sum(part => part.EventsBehind),
            isLowerBound,
            upTo,
            now - upTo,
            parts.Any(part => part.IsExpired));
    }
}
