namespace JobOrchestrator.Core;

/// <summary>
/// What many jobs have in common of what their submissions say: whose they are, what is to be done and how often it is tried.
/// </summary>
internal sealed record JobTerms : SharedPart
{
    public string Type { get; set; } = "";

    public string Queue { get; set; } = "";

    public string? Owner { get; set; }

    public int? MaxRetries { get; set; }

    public Backoff Backoff { get; set; } = Backoff.Default;

    public int LeaseSeconds { get; set; }

    public int? TimeLimitSeconds { get; set; }

    public int? UniqueSeconds { get; set; }

    public bool Durable { get; set; } = true;
}
