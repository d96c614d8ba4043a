namespace JobOrchestrator.Core;

/// <summary>A submission. Defaults have been filled in by whoever made it.</summary>
public sealed record NewJob
{
    public required JobId Id { get; init; }

    public required string Type { get; init; }

    public required string Queue { get; init; }

    public string? Owner { get; init; }

    public string? ExternalId { get; init; }

    public JsonText? Input { get; init; }

    public JsonText? State { get; init; }

    public int? MaxRetries { get; init; }

    public Backoff Backoff { get; init; } = Backoff.Default;

    public required int LeaseSeconds { get; init; }

    public int? TimeLimitSeconds { get; init; }

    /// <summary>Not before; null means now.</summary>
    public DateTimeOffset? RunAt { get; init; }

    public int Priority { get; init; }

    public string? UniqueKey { get; init; }

    public int? UniqueSeconds { get; init; }

    public string? IdempotencyKey { get; init; }

    public UInt128 Fingerprint { get; init; }

    public bool Durable { get; init; } = true;

    public string? Traceparent { get; init; }

    public JobId? RetryOf { get; init; }

    public OnDuplicate OnDuplicate { get; init; } = OnDuplicate.Reject;
}
