namespace JobOrchestrator.Shards;

/// <summary>
/// One shard's accounts, as of its last commit: every job that it has accepted is live or has ended, and every event that it has committed
/// is published or waits.
/// </summary>
/// <param name="Shard">Its number, from 0.</param>
/// <param name="Since">When it began to count; what was live then counts as accepted.</param>
/// <param name="Accepted">Jobs that were accepted.</param>
/// <param name="Live">Jobs that have not ended.</param>
/// <param name="Completed">Jobs that ended so.</param>
/// <param name="Failed">Jobs that ended so.</param>
/// <param name="Cancelled">Jobs that ended so.</param>
/// <param name="Died">Jobs that lived in a replica's memory only and went with it.</param>
/// <param name="Started">Attempts that were begun.</param>
/// <param name="Events">Events that were committed.</param>
/// <param name="Published">Of these, those that the broker has or that were set aside.</param>
/// <param name="Difference">Accepted jobs that are missing; below 0: that are there too often.</param>
/// <param name="EventsDifference">Events that are missing, once none waits; below 0: that are there too often.</param>
public sealed record ShardAudit(
    int Shard,
    DateTimeOffset Since,
    long Accepted,
    long Live,
    long Completed,
    long Failed,
    long Cancelled,
    long Died,
    long Started,
    long Events,
    long Published,
    long Difference,
    long EventsDifference)
{
    /// <summary>Nothing is missing, and nothing there too often.</summary>
    public bool Holds => Difference == 0 && EventsDifference == 0;
}
