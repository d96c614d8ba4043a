namespace JobOrchestrator.Core;

/// <summary>
/// What a submission says about its job and nobody changes afterwards: one object for all versions of a job, and for the job that runs
/// it again. Beside it stand what is changed later (state by workers, runAt, priority and labels by callers) and what belongs to the one
/// act of submitting (id, idempotency key, onDuplicate, retryOf). A submission that takes a job's place brings a spec of its own, and so
/// does a job that goes to another queue.
/// </summary>
public sealed record JobSpec
{
    public required string Type { get; init; }

    public required string Queue { get; init; }

    /// <summary>The service that the job belongs to.</summary>
    public string? Owner { get; init; }

    /// <summary>The caller's own id, unique among the owner's jobs in the queue while the job is live.</summary>
    public string? ExternalId { get; init; }

    /// <summary>What the worker gets. In memory a long one may be left in the store (<see cref="JsonText.LeftIn"/>).</summary>
    public JsonText? Input { get; init; }

    /// <summary>N means N + 1 attempts; null means no limit.</summary>
    public int? MaxRetries { get; init; }

    public Backoff Backoff { get; init; } = Backoff.Default;

    /// <summary>Seconds of silence allowed between two heartbeats.</summary>
    public required int LeaseSeconds { get; init; }

    /// <summary>Seconds allowed in all, from runAt as submitted; null means no limit.</summary>
    public int? TimeLimitSeconds { get; init; }

    /// <summary>No second job of the owner in the queue has it while the job is live.</summary>
    public string? UniqueKey { get; init; }

    /// <summary>
    /// How long after creation <see cref="UniqueKey"/> stays taken although the job has ended; at most until it expires.
    /// </summary>
    public int? UniqueSeconds { get; init; }

    /// <summary>False: the job lives in its holder's memory only and dies with it.</summary>
    public bool Durable { get; init; } = true;

    /// <summary>The W3C trace context that submitted it.</summary>
    public string? Traceparent { get; init; }

    /// <summary>What the vendors of that trace keep beside it, as it came; null without <see cref="Traceparent"/>.</summary>
    public string? Tracestate { get; init; }

    /// <summary>A bound on the bytes that these texts need in the stored document; every new one is added here.</summary>
    internal int DocumentBytesMax =>
        DocumentSize.Of(Input) + DocumentSize.Of(Type) + DocumentSize.Of(Queue) + DocumentSize.Of(Owner) + DocumentSize.Of(ExternalId)
        + DocumentSize.Of(UniqueKey) + DocumentSize.Of(Traceparent) + DocumentSize.Of(Tracestate);
}
