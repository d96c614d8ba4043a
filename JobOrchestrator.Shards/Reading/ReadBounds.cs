namespace JobOrchestrator.Shards;

/// <summary>How much one read of a list or of the feed looks at.</summary>
internal sealed record ReadBounds
{
    /// <summary>Jobs that a list looks up at once.</summary>
    public int JobsInOneRead { get; init; } = 100;

    /// <summary>
    /// A filter that lets little through gets a short page of jobs with a cursor further on, rather than a request without end.
    /// </summary>
    public int JobsLookedAtMax { get; init; } = 20_000;

    /// <summary>The same of events.</summary>
    public int EventsLookedAtMax { get; init; } = 20_000;
}
