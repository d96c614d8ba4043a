namespace JobOrchestrator.Core;

/// <summary>By which idempotency key a job was submitted, and what it has promised of keys before.</summary>
internal sealed record JobKeys : SharedPart
{
    /// <summary>No key.</summary>
    public static JobKeys None { get; } = Share(new JobKeys());

    public string? IdempotencyKey { get; set; }

    public UInt128 Fingerprint { get; set; }

    public Instant IdempotencyUntil { get; set; }

    public IReadOnlyList<KeyGuard> EarlierKeys { get; set; } = [];
}
