using JobOrchestrator.Core;

namespace JobOrchestrator.Shards;

/// <summary>What events say beside what became of the job.</summary>
/// <param name="Source">The source of the CloudEvents.</param>
/// <param name="Unpublished">Kinds that have no topic.</param>
/// <param name="IsCoalesced">Progress that is soon overtaken may not be published.</param>
internal sealed record EventForm(string Source, EventKinds Unpublished = EventKinds.None, bool IsCoalesced = false)
{
    /// <summary>The kinds of an event's job that are not published: by the service's settings and by its queue's.</summary>
    public EventKinds UnpublishedOf(JobEvent jobEvent) => Unpublished | jobEvent.Unpublished;

    /// <summary>
    /// Whether an event only says how far the job is: the attempt runs on, and the next one says the same of a later time.
    /// </summary>
    public static bool IsProgress(JobEvent jobEvent) =>
        jobEvent is { Kind: JobEventKind.Updated, PreviousStatus: JobStatus.InProgress, Job.Status: JobStatus.InProgress };
}
