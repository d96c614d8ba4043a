namespace JobOrchestrator.Simulation.Oracles;

/// <summary>What one commit changed, in the moment in which its head was written.</summary>
internal sealed class Commit
{
    public required LedgerShard Shard { get; init; }

    public required Stamp Stamp { get; init; }

    public required long Step { get; init; }

    public required DateTimeOffset At { get; init; }

    /// <summary>
    /// When its batch was stamped, at the earliest: when the head before it was written. A commit that is slow is stamped long before it
    /// is applied, and retention counts from the stamp.
    /// </summary>
    public required DateTimeOffset NotBefore { get; init; }

    /// <summary>The bytes of events before it, by the head.</summary>
    public required long OutboxBytesBefore { get; init; }

    /// <summary>The process that wrote it.</summary>
    public required string Lane { get; init; }

    /// <summary>The jobs that it writes.</summary>
    public required IReadOnlyList<JobChange> Changes { get; init; }

    /// <summary>The jobs that it takes out.</summary>
    public required IReadOnlyList<JobRecord> Gone { get; init; }

    /// <summary>Its events, in order.</summary>
    public required IReadOnlyList<LoggedEvent> Events { get; init; }

    /// <summary>The numbers of the outbox documents that it writes.</summary>
    public required IReadOnlyList<long> OutboxWritten { get; init; }

    /// <summary>The keys of pages and outbox documents that it deletes.</summary>
    public required IReadOnlyList<DocumentKey> Deleted { get; init; }

    /// <summary>The pages that it writes.</summary>
    public required IReadOnlyList<(DocumentKey Key, byte[] Value)> Pages { get; init; }
}

/// <summary>A job in a commit.</summary>
/// <param name="Job">The job.</param>
/// <param name="Before">Its version before; null: it is new to the store.</param>
/// <param name="After">Its version now.</param>
internal readonly record struct JobChange(JobRecord Job, JobVersion? Before, JobVersion After);
