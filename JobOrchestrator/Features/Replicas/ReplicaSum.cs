using JobOrchestrator.Shards;

namespace JobOrchestrator.Features.Replicas;

/// <summary>One replica, by the shards that it holds.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Shards">The shards, by number; at least one.</param>
internal sealed record ReplicaSum(string Name, IReadOnlyList<ShardStanding> Shards)
{
    /// <summary>Since when it holds the one that it holds for longest.</summary>
    public DateTimeOffset Since { get; } = Shards.Min(shard => shard.Since);

    /// <summary>How many commits of the last minutes there were.</summary>
    public int Commits { get; } = Shards.Sum(shard => shard.Commits.Sum());

    /// <summary>For how long the oldest event of all has waited for the broker.</summary>
    public TimeSpan EventsOldest { get; } = Shards.Max(shard => shard.EventsOldest);

    /// <summary>What so great a part of its commits did not exceed, in seconds; null: there were none.</summary>
    public double? CommitQuantile(double part)
    {
        int[] sum = new int[RootTwoBuckets.Count];
        foreach (ShardStanding shard in Shards)
        {
            for (int bucket = 0; bucket < sum.Length; bucket++)
            {
                sum[bucket] += shard.Commits[bucket];
            }
        }

        return RootTwoBuckets.Quantile(sum, part);
    }

    /// <summary>The replicas of these shards, by name.</summary>
    public static IReadOnlyList<ReplicaSum> Of(IEnumerable<ShardStanding?> standings) =>
    [
        .. standings.OfType<ShardStanding>().GroupBy(shard => shard.Holder).OrderBy(replica => replica.Key, StringComparer.Ordinal)
            .Select(replica => new ReplicaSum(replica.Key, [.. replica.OrderBy(shard => shard.Shard)])),
    ];
}
