namespace JobOrchestrator.Sdk;

/// <summary>What to take from a queue.</summary>
/// <param name="Worker">The worker's name in the job's attempts.</param>
public sealed record JobLeaseRequest(string Worker)
{
    /// <summary>At most so many jobs; 1 by default, 1,000 at most.</summary>
    public int Max { get; init; } = 1;

    /// <summary>How long to wait for a first one, in whole seconds, rounded up; zero (the default) does not wait.</summary>
    public TimeSpan Wait { get; init; }

    /// <summary>Only these types, 100 at most; null (the default): any.</summary>
    public IReadOnlyList<string>? Types { get; init; }
}

/// <summary>A timed right to one attempt at a job.</summary>
/// <param name="Job">The job.</param>
/// <param name="Token">What every report about this attempt has to bring.</param>
/// <param name="ExpiresAt">When it ends without a heartbeat (UTC).</param>
public sealed record JobLease(Job Job, string Token, DateTimeOffset? ExpiresAt);

/// <summary>A lease, extended.</summary>
/// <param name="LeaseExpiresAt">When it ends without another heartbeat (UTC).</param>
/// <param name="CancelRequested">The job is being cancelled: the attempt should end.</param>
public sealed record JobHeartbeat(DateTimeOffset? LeaseExpiresAt, bool CancelRequested);

/// <summary>How a job stands after a report.</summary>
/// <param name="Id">The job.</param>
/// <param name="Status">Its status.</param>
/// <param name="Attempt">The number of its last attempt.</param>
/// <param name="Sequence">The number of its last published change.</param>
/// <param name="RunAt">Not handed out before this instant (UTC).</param>
public sealed record JobStanding(string Id, JobStatus Status, int Attempt, long Sequence, DateTimeOffset? RunAt);
