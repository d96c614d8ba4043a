namespace JobOrchestrator.Shards;

/// <summary>The keys of a shard's documents.</summary>
internal static class Keys
{
    /// <summary>The head, and the partition of all the shard's documents.</summary>
    public static string Head(int shard) => $"shard-{shard}";

    /// <summary>An index page; the epoch in the key keeps two holders from ever writing one page.</summary>
    public static string Page(int shard, long epoch, long page) => $"shard-{shard}-page-{epoch}-{page}";

    /// <summary>The events of one commit.</summary>
    public static string Outbox(int shard, long epoch, long number) => $"shard-{shard}-outbox-{epoch}-{number}";

    /// <summary>How many shards the store was first used with.</summary>
    public const string Shards = "shards";
}
