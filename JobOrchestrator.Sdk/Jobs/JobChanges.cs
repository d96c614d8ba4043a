using System.Text.Json;

namespace JobOrchestrator.Sdk;

/// <summary>A job's events that are still in the feed.</summary>
/// <param name="JobId">The job.</param>
/// <param name="Sequence">How many it has had: the number of the last.</param>
/// <param name="Changes">The events, in their order. A number that is missing among them is no longer kept, or cannot be read.</param>
/// <param name="Next">Where to go on; null: there are no more.</param>
/// <param name="AsOf">When this was so (UTC).</param>
public sealed record JobChanges(string JobId, long Sequence, IReadOnlyList<JobChange> Changes, string? Next, DateTimeOffset AsOf);

/// <summary>An event of a job.</summary>
/// <param name="Sequence">Its number among the job's, from 1.</param>
/// <param name="Type">What it says, such as <c>job.created</c>.</param>
/// <param name="OccurredAt">When it came to be (UTC).</param>
/// <param name="Publication">
/// <c>taken</c>: the broker has it. <c>waiting</c>: it waits, or stands behind such as do. <c>refused</c>: the broker refused it for
/// good, and only the feed has it. <c>none</c>: events of its kind have no topic. <c>coalesced</c>: a report of progress, of which the
/// broker gets one now and then.
/// </param>
/// <param name="PublishedAt">
/// By when the broker took it (UTC), to a tenth of a second; null: it has not, or that is not known any more.
/// </param>
/// <param name="Event">The CloudEvent as it is published.</param>
public sealed record JobChange(
    long Sequence, string Type, DateTimeOffset OccurredAt, string Publication, DateTimeOffset? PublishedAt, JsonElement Event);
