using JobOrchestrator.Core;

namespace JobOrchestrator.Shards;

/// <summary>What one shard knows of its workers, at one moment.</summary>
/// <param name="Now">The moment, by the shard's time.</param>
/// <param name="Since">Since when it watches who asks.</param>
/// <param name="Seen">Those that have asked.</param>
/// <param name="Held">Who holds what, by queue and type.</param>
/// <param name="Health">How they kept their leases lately, by queue.</param>
/// <param name="Uncovered">What waits and nobody asks for, what waits for longest first.</param>
public sealed record ShardWorkers(
    DateTimeOffset Now,
    DateTimeOffset Since,
    IReadOnlyList<SeenWorker> Seen,
    IReadOnlyList<HeldJobs> Held,
    IReadOnlyList<WorkerHealth> Health,
    IReadOnlyList<UncoveredType> Uncovered);

/// <summary>A worker that has asked for jobs.</summary>
/// <param name="Worker">What it calls itself.</param>
/// <param name="Version">The version of what it runs; null: it says none.</param>
/// <param name="Slots">How many jobs it runs at once at most; null: it says nothing.</param>
/// <param name="Wishes">What it asks for, or has asked for.</param>
public sealed record SeenWorker(string Worker, string? Version, int? Slots, IReadOnlyList<WorkerWish> Wishes);

/// <summary>What a worker asks for.</summary>
/// <param name="Queues">The queues; none: any.</param>
/// <param name="Types">The types; null: any.</param>
/// <param name="LastAt">When it asked last; now, if it does.</param>
/// <param name="IsAsking">It waits for a job at this moment.</param>
/// <param name="IsPresent">It has asked lately.</param>
public sealed record WorkerWish(
    IReadOnlyList<string> Queues, IReadOnlySet<string>? Types, DateTimeOffset LastAt, bool IsAsking, bool IsPresent)
{
    /// <summary>Whether it is for jobs of a queue and type.</summary>
    public bool IsFor(string queue, string type) => (Queues.Count == 0 || Queues.Contains(queue)) && Types?.Contains(type) != false;
}

/// <summary>How a worker kept its leases of one queue's jobs in the last quarter of an hour.</summary>
/// <param name="Worker">The worker.</param>
/// <param name="Queue">The queue.</param>
/// <param name="LastReportedAt">When it last reported on one, as far as is known.</param>
/// <param name="Late">Heartbeats that came after two thirds of their lease.</param>
/// <param name="Lost">Leases that ended without a report.</param>
public sealed record WorkerHealth(string Worker, string Queue, DateTimeOffset? LastReportedAt, int Late, int Lost);

/// <summary>Jobs of a queue and type that wait, and for which nobody asks.</summary>
/// <param name="Queue">The queue.</param>
/// <param name="Type">The type.</param>
/// <param name="Ready">How many could be handed out.</param>
/// <param name="Oldest">Since when the one that waits for longest could be.</param>
/// <param name="Since">Since when they wait and nobody asks.</param>
public sealed record UncoveredType(string Queue, string Type, int Ready, DateTimeOffset Oldest, DateTimeOffset Since);
