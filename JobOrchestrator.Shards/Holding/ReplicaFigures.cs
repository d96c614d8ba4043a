namespace JobOrchestrator.Shards;

/// <summary>How the shards that a replica holds stand at this moment; those of other replicas are theirs to tell.</summary>
/// <param name="Held">For each shard of the store, by number, whether it is held here.</param>
/// <param name="EventsPending">Events that the broker has not got.</param>
/// <param name="EventsOldestAge">For how long the oldest of them has waited, to the second.</param>
/// <param name="FeedReaders">Readers of the feed that wait for the next event.</param>
/// <param name="Waiters">Jobs that somebody waits for or follows.</param>
internal sealed record ReplicaFigures(
    IReadOnlyList<bool> Held, long EventsPending, TimeSpan EventsOldestAge, int FeedReaders, int Waiters)
{
    /// <summary>Of these shards.</summary>
    public static ReplicaFigures Of(IReadOnlyCollection<Place> places)
    {
        HeldShard[] held = [.. places.Select(place => place.Held).OfType<HeldShard>()];
        return new ReplicaFigures(
            [.. places.Select(place => place.Held is not null)],
            held.Sum(shard => shard.UnpublishedEvents),
            held.Select(shard => shard.OutboxLag).DefaultIfEmpty().Max(),
            held.Select(shard => shard.FeedReaders).DefaultIfEmpty().Max(), // each of them follows every shard
            places.Sum(place => place.Board.Watched));
    }
}
