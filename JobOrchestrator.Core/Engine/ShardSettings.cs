namespace JobOrchestrator.Core;

/// <summary>The limits that a shard's rules need.</summary>
/// <param name="Retention">How long a finished job is kept.</param>
/// <param name="IdempotencyWindow">How long an idempotency key is remembered after its job was created.</param>
/// <param name="QueueJobsMax">Waiting jobs allowed in one queue.</param>
public sealed record ShardSettings(TimeSpan Retention, TimeSpan IdempotencyWindow, int QueueJobsMax)
{
    /// <summary>A week, an hour, ten million.</summary>
    public static ShardSettings Default { get; } = new(TimeSpan.FromDays(7), TimeSpan.FromHours(1), 10_000_000);
}
