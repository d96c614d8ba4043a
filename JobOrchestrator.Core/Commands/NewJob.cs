namespace JobOrchestrator.Core;

/// <summary>A submission. Defaults have been filled in by whoever made it.</summary>
public sealed record NewJob
{
    public required JobId Id { get; init; }

    /// <summary>What stays as it is for the job's whole life.</summary>
    public required JobSpec Spec { get; init; }

    public JsonText? State { get; init; }

    /// <summary>Not before; null means now.</summary>
    public DateTimeOffset? RunAt { get; init; }

    public int Priority { get; init; }

    /// <inheritdoc cref="Job.Labels"/>
    public JobLabels Labels { get; init; } = JobLabels.None;

    public string? IdempotencyKey { get; init; }

    public UInt128 Fingerprint { get; init; }

    public JobId? RetryOf { get; init; }

    /// <summary>What the job that it runs again had promised of its keys beside what its spec says.</summary>
    internal IReadOnlyList<KeyGuard> EarlierKeys { get; init; } = [];

    public OnDuplicate OnDuplicate { get; init; } = OnDuplicate.Reject;

    /// <summary>
    /// The externalId counts as taken while a live job of any owner in the queue has it; false: only while one of the same owner has. A
    /// door says so whose own ids belong to the queue.
    /// </summary>
    public bool ExternalIdIsOfQueue { get; init; }

    /// <summary>A bound on the bytes that the stored document of its job needs.</summary>
    public int DocumentBytesMax => DocumentSize.OfNew(Spec, IdempotencyKey, State, Labels, EarlierKeys.Count);

    // Read and written through to the spec, so that a submission with another owner or key is said in one word. Each that is written
    // copies the spec: whoever makes a submission makes its spec. As on Job, there is no need to add to them.

    /// <inheritdoc cref="JobSpec.Type"/>
    public string Type
    {
        get => Spec.Type;
        init => Spec = Spec with { Type = value };
    }

    /// <inheritdoc cref="JobSpec.Queue"/>
    public string Queue
    {
        get => Spec.Queue;
        init => Spec = Spec with { Queue = value };
    }

    /// <inheritdoc cref="JobSpec.Owner"/>
    public string? Owner
    {
        get => Spec.Owner;
        init => Spec = Spec with { Owner = value };
    }

    /// <inheritdoc cref="JobSpec.ExternalId"/>
    public string? ExternalId
    {
        get => Spec.ExternalId;
        init => Spec = Spec with { ExternalId = value };
    }

    /// <inheritdoc cref="JobSpec.Input"/>
    public JsonText? Input
    {
        get => Spec.Input;
        init => Spec = Spec with { Input = value };
    }

    /// <inheritdoc cref="JobSpec.MaxRetries"/>
    public int? MaxRetries
    {
        get => Spec.MaxRetries;
        init => Spec = Spec with { MaxRetries = value };
    }

    /// <inheritdoc cref="JobSpec.Backoff"/>
    public Backoff Backoff
    {
        get => Spec.Backoff;
        init => Spec = Spec with { Backoff = value };
    }

    /// <inheritdoc cref="JobSpec.LeaseSeconds"/>
    public int LeaseSeconds
    {
        get => Spec.LeaseSeconds;
        init => Spec = Spec with { LeaseSeconds = value };
    }

    /// <inheritdoc cref="JobSpec.TimeLimitSeconds"/>
    public int? TimeLimitSeconds
    {
        get => Spec.TimeLimitSeconds;
        init => Spec = Spec with { TimeLimitSeconds = value };
    }

    /// <inheritdoc cref="JobSpec.UniqueKey"/>
    public string? UniqueKey
    {
        get => Spec.UniqueKey;
        init => Spec = Spec with { UniqueKey = value };
    }

    /// <inheritdoc cref="JobSpec.UniqueSeconds"/>
    public int? UniqueSeconds
    {
        get => Spec.UniqueSeconds;
        init => Spec = Spec with { UniqueSeconds = value };
    }

    /// <inheritdoc cref="JobSpec.Durable"/>
    public bool Durable
    {
        get => Spec.Durable;
        init => Spec = Spec with { Durable = value };
    }

    /// <inheritdoc cref="JobSpec.Traceparent"/>
    public string? Traceparent
    {
        get => Spec.Traceparent;
        init => Spec = Spec with { Traceparent = value };
    }

    /// <inheritdoc cref="JobSpec.Tracestate"/>
    public string? Tracestate
    {
        get => Spec.Tracestate;
        init => Spec = Spec with { Tracestate = value };
    }
}
