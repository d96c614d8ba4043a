namespace JobOrchestrator.Core;

/// <summary>The limits that a shard's rules need.</summary>
/// <param name="Retention">How long a finished job is kept.</param>
/// <param name="IdempotencyWindow">How long an idempotency key is remembered after its job was created.</param>
/// <param name="QueueJobsMax">Waiting jobs allowed in one queue.</param>
/// <param name="BytesMax">
/// Bytes of live jobs allowed that are held in memory, by the reckoning of <see cref="Job.DocumentBytesMax"/>: about twice what large ones
/// take, and what small ones do. An input that is left in the store for its length counts nothing.
/// </param>
/// <param name="OwnerBytesMax">Bytes of one owner's live jobs allowed, likewise; jobs without an owner have no such bound.</param>
/// <param name="InputInMemoryBytesMax">A stored waiting job's input that is longer is left in the store, in bytes.</param>
/// <param name="WaitingInputBytesMax">
/// Once the inputs of durable waiting jobs take more in memory, in bytes, further ones are left in the store however short they are.
/// </param>
/// <param name="PausedQueuesMax">
/// Queues that are paused at one time at most, and again those whose events are chosen: each has a document, and memory, for so long.
/// </param>
public sealed record ShardSettings(
    TimeSpan Retention,
    TimeSpan IdempotencyWindow,
    int QueueJobsMax,
    long BytesMax = long.MaxValue,
    long OwnerBytesMax = long.MaxValue,
    int InputInMemoryBytesMax = int.MaxValue,
    long WaitingInputBytesMax = long.MaxValue,
    int PausedQueuesMax = 10_000)
{
    /// <summary>One shard's part of bounds that are meant for so many: one process may hold them all.</summary>
    public ShardSettings PartOf(int shards) => this with
    {
        BytesMax = BytesMax / shards,
        OwnerBytesMax = OwnerBytesMax / shards,
        WaitingInputBytesMax = WaitingInputBytesMax / shards,
    };

    /// <summary>A week, an hour, ten million, and no bound in bytes: everything is in memory.</summary>
    public static ShardSettings Default { get; } = new(TimeSpan.FromDays(7), TimeSpan.FromHours(1), 10_000_000);
}
