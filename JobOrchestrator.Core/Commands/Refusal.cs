namespace JobOrchestrator.Core;

/// <summary>Why something may not be done, and whether asking again can help.</summary>
public abstract record Refusal
{
    private Refusal(bool retryable) => Retryable = retryable;

    /// <summary>The same call can succeed later.</summary>
    public bool Retryable { get; }

    /// <summary>No such job.</summary>
    public sealed record UnknownJob(JobId JobId) : Refusal(false);

    /// <summary>No live job of the queue has this externalId.</summary>
    public sealed record UnknownExternalId(string Queue, string ExternalId) : Refusal(false);

    /// <summary>The externalId or unique key is taken.</summary>
    public sealed record DuplicateJob(Job Holder) : Refusal(true);

    /// <summary>The unique key is taken for its window by a job that is no longer kept.</summary>
    /// <param name="Holder">The job.</param>
    /// <param name="Until">When the key is free.</param>
    public sealed record KeyOfGoneJob(JobId Holder, DateTimeOffset Until) : Refusal(true);

    /// <summary>The same submission had been accepted before under the same idempotency key; its job is no longer kept.</summary>
    public sealed record FirstJobGone(JobId First) : Refusal(false);

    /// <summary>The idempotency key came with another payload before.</summary>
    public sealed record IdempotencyKeyReused(JobId First) : Refusal(false);

    /// <summary>The lease token is not, or no longer, the job's.</summary>
    public sealed record StaleLease(Job Job) : Refusal(false);

    /// <summary>The job has ended otherwise.</summary>
    public sealed record AlreadyFinished(Job Job) : Refusal(false);

    /// <summary>The job has not ended yet.</summary>
    public sealed record NotFinished(Job Job) : Refusal(true);

    /// <summary>Only a waiting job can be moved.</summary>
    public sealed record NotWaiting(Job Job) : Refusal(false);

    /// <summary>The job would have more labels than <see cref="JobLabels.CountMax"/>.</summary>
    public sealed record TooManyLabels(Job Job) : Refusal(false);

    /// <summary>The job has changed since the caller read it.</summary>
    public sealed record SequenceMismatch(Job Job) : Refusal(false);

    /// <summary>
    /// The queue is at its bound of waiting jobs; or, of a command to pause it, there are as many paused ones as may be.
    /// </summary>
    public sealed record QueueFull(string Queue, int Bound) : Refusal(true);

    /// <summary>Live jobs are at their bound of bytes: those of the job's owner, or, where there is none here, all.</summary>
    public sealed record BytesFull(string? Owner, long Bound) : Refusal(true);

    /// <summary>
    /// A heartbeat's state would bring live jobs over their bound of bytes: the owner's, or, where there is none here, all. The state
    /// before it stays. The rest of the heartbeat counts: the lease is extended, and progress is taken.
    /// </summary>
    public sealed record NoRoomForState(string? Owner, long Bound) : Refusal(true);

    /// <summary>The state store takes others and not this one: what it would write is too large for it.</summary>
    public sealed record NotStorable() : Refusal(false);

    /// <summary>One job of a batch was refused, and with it the batch.</summary>
    public sealed record BatchItem(int Index, Refusal Why) : Refusal(Why.Retryable);
}
