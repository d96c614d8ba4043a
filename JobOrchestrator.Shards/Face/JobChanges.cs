using JobOrchestrator.Core;

namespace JobOrchestrator.Shards;

/// <summary>Some of a job's events that are still in the feed, in their order.</summary>
/// <param name="Changes">The events.</param>
/// <param name="Cursor">Where to go on; null: there are no more.</param>
public sealed record JobChangesPage(IReadOnlyList<JobChange> Changes, string? Cursor);

/// <summary>One event of a job.</summary>
/// <param name="Sequence">Its number among the job's.</param>
/// <param name="Kind">What it says.</param>
/// <param name="At">When it came to be.</param>
/// <param name="CloudEvent">The CloudEvent as it is published, as JSON.</param>
/// <param name="Publication">What became of it at the broker.</param>
/// <param name="PublishedAt">By when the broker took it; null: it has not, or that is not known any more.</param>
public sealed record JobChange(
    long Sequence, JobEventKind Kind, DateTimeOffset At, JsonText CloudEvent, Publication Publication, DateTimeOffset? PublishedAt);

/// <summary>What became of an event at the broker.</summary>
public enum Publication
{
    /// <summary>It waits, or stands behind such as do.</summary>
    Waiting = 1,

    /// <summary>The broker took it, or refused it for good before the service began.</summary>
    Taken = 2,

    /// <summary>The broker refused it for good: only the feed has it.</summary>
    Refused = 3,

    /// <summary>Events of its kind have no topic: only the feed has them.</summary>
    None = 4,

    /// <summary>A report of progress, of which the broker gets one now and then: this one or a later one.</summary>
    Coalesced = 5,
}

/// <summary>What a shard finds of a job's events.</summary>
/// <param name="Changes">The events.</param>
/// <param name="Next">Where to go on; null: there are no more.</param>
internal sealed record ShardChanges(IReadOnlyList<JobChange> Changes, ChangesPlace? Next);

/// <summary>Where to go on with a job's events.</summary>
/// <param name="Number">Documents before this one have been looked at.</param>
/// <param name="Sequence">The number of the last event that was found; 0: none was.</param>
/// <param name="At">When that came to be.</param>
internal readonly record struct ChangesPlace(long Number, long Sequence, DateTimeOffset At);
