namespace JobOrchestrator.Sdk;

/// <summary>Whose jobs there are.</summary>
/// <param name="Owners">The owners: those first whose reader is the latest, then those with most live jobs; at most 500.</param>
/// <param name="Total">How many there are.</param>
/// <param name="TotalIsLowerBound">There are more.</param>
/// <param name="WatchedSince">Since when it is watched who reads the feed (UTC).</param>
/// <param name="FailedSince">From when on failures are counted (UTC).</param>
/// <param name="AsOf">When this was so (UTC).</param>
/// <param name="Missing">Shards that nobody holds at the moment: their jobs and events are in no number.</param>
public sealed record JobOwners(
    IReadOnlyList<JobOwner> Owners,
    int Total,
    bool TotalIsLowerBound,
    DateTimeOffset WatchedSince,
    DateTimeOffset FailedSince,
    DateTimeOffset AsOf,
    IReadOnlyList<int> Missing);

/// <summary>A service that has jobs.</summary>
/// <param name="Owner">Its name.</param>
/// <param name="Live">Jobs that have not ended.</param>
/// <param name="Failed24h">Jobs that ended as Failed in 24 hours, or since <see cref="JobOwners.FailedSince"/>.</param>
/// <param name="EventsPending">Its events that the broker has not taken yet, or that stand behind such.</param>
/// <param name="Readers">
/// Who reads its events, the latest first, at most 8; none: nobody has, since <see cref="JobOwners.WatchedSince"/>.
/// </param>
public sealed record JobOwner(string Owner, long Live, long Failed24h, long EventsPending, IReadOnlyList<JobFeedReader> Readers);

/// <summary>How far a reader of an owner's events is.</summary>
/// <param name="Queue">It reads those of this queue alone; null: all.</param>
/// <param name="IsOwner">It has the owner's key; true also where there are no keys, and whoever asks is taken for the owner.</param>
/// <param name="By">The name of its key; null: there are no keys, or the caller does not operate every queue.</param>
/// <param name="LastReadAt">When it last asked (UTC).</param>
/// <param name="ReadUpTo">
/// It has read all from before this time (UTC), as far as is known; null: where it stands is from before
/// <see cref="JobOwners.WatchedSince"/>, or ahead of all events, and nothing unread is known.
/// </param>
/// <param name="SecondsBehind">How many seconds that is ago; 0: nothing is unread; null: with <paramref name="ReadUpTo"/>.</param>
/// <param name="EventsBehind">The owner's events that it has not read; of one that is far behind at most so many.</param>
/// <param name="BehindIsLowerBound">There may be more, from before <see cref="JobOwners.WatchedSince"/>.</param>
/// <param name="Expired">Events behind its place are no longer kept, or it is ahead of all events: it will be told so by 410.</param>
public sealed record JobFeedReader(
    string? Queue,
    bool IsOwner,
    string? By,
    DateTimeOffset LastReadAt,
    DateTimeOffset? ReadUpTo,
    double? SecondsBehind,
    long EventsBehind,
    bool BehindIsLowerBound,
    bool Expired);
