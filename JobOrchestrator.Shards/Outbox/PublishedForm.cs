namespace JobOrchestrator.Shards;

/// <summary>In what form events are published.</summary>
/// <param name="Coalesce">Of a job's progress one event in so long goes out; zero: each.</param>
/// <param name="IsPacked">An owner's events to one topic go in one message.</param>
internal sealed record PublishedForm(TimeSpan Coalesce, bool IsPacked)
{
    /// <summary>Each event by itself.</summary>
    public static PublishedForm Plain { get; } = new(TimeSpan.Zero, IsPacked: false);
}
