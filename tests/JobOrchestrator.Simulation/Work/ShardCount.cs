using JobOrchestrator.Shards;

namespace JobOrchestrator.Simulation;

/// <summary>So many shards, for whoever only wants to know which queue is whose.</summary>
/// <param name="count">How many.</param>
internal sealed class ShardCount(int count) : IShardMap
{
    public int Count => count;

    public WriteLimits OneWrite => throw new NotSupportedException("There is no store here.");

    public DateTimeOffset Now => throw new NotSupportedException("There is no time here.");

    public IShard Of(int number) => throw new NotSupportedException("There is no shard here.");
}
