namespace JobOrchestrator.Sdk;

/// <summary>
/// Names a job's type and says how such jobs are run unless one of them says otherwise (<c>JobOptions</c>).
/// Stands on a processor, or on the record that is the job's input when callers and workers share that and not the processor.
/// A processor's own attribute goes before its input's.
/// </summary>
/// <param name="name">The type's name on the wire, unique within a worker; compared letter by letter.</param>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Struct, Inherited = false)]
public sealed class JobTypeAttribute(string name) : Attribute
{
    /// <summary>For <see cref="MaxRetries"/>: try again without end.</summary>
    public const int Endless = -1;

    internal const int Unsaid = int.MinValue;

    /// <summary>The type's name on the wire.</summary>
    public string Name { get; } = name;

    /// <summary>Where these jobs wait; null is the orchestrator's default queue, <c>default</c>.</summary>
    public string? Queue { get; init; }

    /// <summary>
    /// N means N + 1 attempts; <see cref="Endless"/> means no limit. Nothing said (the value is then <see cref="int.MinValue"/>) means the
    /// orchestrator's default: 3.
    /// </summary>
    public int MaxRetries { get; init; } = Unsaid;

    /// <summary>How the pause between attempts grows; nothing said means the orchestrator's default.</summary>
    public JobBackoffKind Backoff { get; init; }

    /// <summary>The first pause in seconds; 1 by default. Counts only when <see cref="Backoff"/> is said.</summary>
    public double BackoffSeconds { get; init; } = 1;

    /// <summary>No pause is longer than this, in seconds; 0 (the default) leaves the orchestrator's cap.</summary>
    public double BackoffMaxSeconds { get; init; }

    /// <summary>
    /// Seconds of silence allowed before the job is given to another worker; 0 (the default) leaves the orchestrator's default.
    /// </summary>
    public int LeaseSeconds { get; init; }

    /// <summary>Seconds allowed in all, after which the job is cancelled; 0 (the default) means no limit.</summary>
    public int TimeLimitSeconds { get; init; }

    /// <summary>Higher first; 0 by default.</summary>
    public int Priority { get; init; }
}
