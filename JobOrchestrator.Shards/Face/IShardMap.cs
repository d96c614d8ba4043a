namespace JobOrchestrator.Shards;

/// <summary>Which shards there are, and who answers for each at this moment.</summary>
/// <remarks>Every member throws <see cref="StoreUnavailableException"/> before the store has been reached for the first time.</remarks>
internal interface IShardMap
{
    /// <summary>How many shards the store has.</summary>
    int Count { get; }

    /// <summary>What one commit may hold.</summary>
    WriteLimits OneWrite { get; }

    /// <summary>The time that jobs go by: no leap of the wall clock moves it. There also before the store has been reached.</summary>
    DateTimeOffset Now { get; }

    /// <summary>A shard, by its number from 0. Ask again for each call: shards move.</summary>
    IShard Of(int number);
}
