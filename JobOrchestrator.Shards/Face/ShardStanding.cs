namespace JobOrchestrator.Shards;

/// <summary>How one shard stands with its holder, at one moment.</summary>
/// <param name="Shard">Its number, from 0.</param>
/// <param name="Holder">The replica that holds it.</param>
/// <param name="Epoch">Grows with every taking over.</param>
/// <param name="Since">Since when it is held so.</param>
/// <param name="Live">How many of its jobs are live.</param>
/// <param name="Waiting">How many commands wait: for their turn, or for a job that can be handed out.</param>
/// <param name="EventsPending">Events that the broker has not got.</param>
/// <param name="EventsOldest">For how long the oldest of them has waited, to the second.</param>
/// <param name="Commits">The commits of the last minutes, by buckets of their length.</param>
/// <param name="TwoStep">Its store rolls nothing back: a commit takes two writes.</param>
public sealed record ShardStanding(
    int Shard,
    string Holder,
    long Epoch,
    DateTimeOffset Since,
    long Live,
    int Waiting,
    long EventsPending,
    TimeSpan EventsOldest,
    IReadOnlyList<int> Commits,
    bool TwoStep)
{
    /// <summary>What kind of component its store is, such as <c>state.redis</c>.</summary>
    public string StoreType { get; init; } = "";

    /// <summary>How far <see cref="Commits"/> look back.</summary>
    public static TimeSpan Window => CommitTimes.Window;
}
