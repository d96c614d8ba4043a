namespace JobOrchestrator.Shards;

/// <summary>What one shard knows of the owners of its jobs.</summary>
/// <param name="Since">From when on it is watched who reads the feed.</param>
/// <param name="FailedSince">From when on failures are counted.</param>
/// <param name="Owners">The owners.</param>
/// <param name="IsCut">There are more than can be told: those with the fewest live jobs are left out.</param>
public sealed record ShardOwners(
    DateTimeOffset Since, DateTimeOffset FailedSince, IReadOnlyList<ShardOwner> Owners, bool IsCut);

/// <summary>One owner in a shard.</summary>
/// <param name="Owner">Its name.</param>
/// <param name="Live">How many of its jobs are live.</param>
/// <param name="Failed">How many failed in the window.</param>
/// <param name="EventsPending">How many of its events the broker has not taken yet; of older ones it is not known.</param>
/// <param name="Readers">Who reads its events.</param>
public sealed record ShardOwner(string Owner, long Live, long Failed, long EventsPending, IReadOnlyList<FeedReading> Readers);

/// <summary>How far a reader of one owner's events is, in one shard.</summary>
/// <param name="Queue">It reads those of this queue alone; null: all.</param>
/// <param name="By">Who it is.</param>
/// <param name="LastAt">When it last asked.</param>
/// <param name="EventsBehind">How many of the owner's events are behind its place.</param>
/// <param name="IsLowerBound">There may be more, from before the shard was taken.</param>
/// <param name="UnreadSince">When the first of them came to be; null: there is none, or it is not known of any.</param>
/// <param name="IsExpired">Events behind its place are no longer kept.</param>
public sealed record FeedReading(
    string? Queue,
    FeedCaller By,
    DateTimeOffset LastAt,
    long EventsBehind,
    bool IsLowerBound,
    DateTimeOffset? UnreadSince,
    bool IsExpired);
