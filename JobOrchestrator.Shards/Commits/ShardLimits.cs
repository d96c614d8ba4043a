namespace JobOrchestrator.Shards;

/// <summary>What one shard's commits have to keep to; fixed at the start from settings and from what the store says of itself.</summary>
/// <param name="OperationsMax">Most operations in one transaction.</param>
/// <param name="BytesMax">Most bytes in one transaction.</param>
/// <param name="TwoStep">The store does not roll back: the batch goes into the head first.</param>
/// <param name="RequestTimeout">When a request to the sidecar is given up and settled by reading.</param>
/// <param name="Lease">How long a shard stays with a silent holder.</param>
/// <param name="Renew">How often an idle holder commits.</param>
/// <param name="Answer">How long a caller waits for a commit at most.</param>
/// <param name="MailboxMax">Commands that wait at most.</param>
/// <param name="EventRetention">How long published events stay in the feed.</param>
/// <param name="EventBytesMax">Bytes of events that stay at most.</param>
/// <param name="Events">What events say beside what became of the job.</param>
internal sealed record ShardLimits(
    int OperationsMax,
    long BytesMax,
    bool TwoStep,
    TimeSpan RequestTimeout,
    TimeSpan Lease,
    TimeSpan Renew,
    TimeSpan Answer,
    int MailboxMax,
    TimeSpan EventRetention,
    long EventBytesMax,
    EventForm Events)
{
    /// <summary>The bounds that no setting names.</summary>
    public ShardBounds Bounds { get; init; } = ShardBounds.Usual;

    /// <summary>
    /// New documents of a second step are created by first-write, for the store creates no absent key by an ETag; else by an ETag that
    /// never matches.
    /// </summary>
    public bool CreatesByFirstWrite { get; init; }

    /// <summary>What kind of component the store is, such as <c>state.redis</c>.</summary>
    public string StoreType { get; init; } = "";

    /// <summary>
    /// What one commit may hold. Jobs: what is left beside the head, the outbox, the pages of so many new jobs, a retired page and some
    /// deletions; one job in any case.
    /// </summary>
    public WriteLimits OneWrite => new(Math.Max(1, OperationsMax - 12 - OperationsMax / Bounds.PageJobs), BytesMax);

    /// <summary>Jobs that one commit may write.</summary>
    public int JobsMax => OneWrite.JobsMax;
}
