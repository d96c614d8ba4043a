namespace JobOrchestrator.Sdk;

/// <summary>Whether everything adds up.</summary>
/// <param name="Holds">
/// Nothing is missing anywhere, and nothing there too often; null: what is known adds up, and <paramref name="Missing"/> shards are not
/// known.
/// </param>
/// <param name="Shards">Each shard's accounts, by number.</param>
/// <param name="Missing">Shards that nobody holds at the moment: their accounts are not known.</param>
public sealed record JobAudit(bool? Holds, IReadOnlyList<JobShardAudit> Shards, IReadOnlyList<int> Missing);

/// <summary>
/// One shard's accounts, as of its last commit: every job that it has accepted is live or has ended, and every event that it has committed
/// is published or waits.
/// </summary>
public sealed record JobShardAudit
{
    /// <summary>Its number, from 0.</summary>
    public required int Shard { get; init; }

    /// <summary>When it began to count (UTC); what was live then counts as accepted.</summary>
    public DateTimeOffset Since { get; init; }

    /// <summary>Jobs that were accepted.</summary>
    public long Accepted { get; init; }

    /// <summary>Jobs that have not ended.</summary>
    public long Live { get; init; }

    /// <summary>Jobs that ended so.</summary>
    public long Completed { get; init; }

    /// <summary>Jobs that ended so.</summary>
    public long Failed { get; init; }

    /// <summary>Jobs that ended so.</summary>
    public long Cancelled { get; init; }

    /// <summary>Jobs that lived in a replica's memory only and went with it.</summary>
    public long Died { get; init; }

    /// <summary>Accepted jobs that are missing; below 0: that are there too often.</summary>
    public long Difference { get; init; }

    /// <summary>Attempts that were begun.</summary>
    public long Started { get; init; }

    /// <summary>Events that were committed.</summary>
    public long Events { get; init; }

    /// <summary>Of these, those that the broker has or that were set aside.</summary>
    public long Published { get; init; }

    /// <summary>Events that are missing, once none waits; below 0: that are there too often.</summary>
    public long EventsDifference { get; init; }
}
