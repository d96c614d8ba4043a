namespace JobOrchestrator.Core;

/// <summary>What became of a job, at one moment.</summary>
/// <param name="Kind">Which topic it goes to.</param>
/// <param name="Job">The job right after the change; its sequence is the event's.</param>
/// <param name="PreviousStatus">The status before; null for a new job.</param>
public sealed record JobEvent(JobEventKind Kind, Job Job, JobStatus? PreviousStatus)
{
    /// <summary>The queue that it has left for the one in which it is; null: it was there before.</summary>
    public string? PreviousQueue { get; init; }

    /// <summary>Kinds of the job's events that are not published, by what is set of its queue.</summary>
    public EventKinds Unpublished { get; init; }
}

/// <summary>What has to be stored and told since the last call.</summary>
/// <param name="Jobs">Each job touched, in the order of its first change, as it is now.</param>
/// <param name="Created">The ones among them that the store has not seen, in arrival order.</param>
/// <param name="Forgotten">Finished jobs to forget.</param>
/// <param name="Events">What to tell, in order; several of one job are in the order of its sequence.</param>
/// <param name="Settings">Each queue whose settings are others than stored, in the order of their first change, as they are now.</param>
public sealed record Changes(
    IReadOnlyList<Job> Jobs,
    IReadOnlyList<Job> Created,
    IReadOnlyList<ForgottenJob> Forgotten,
    IReadOnlyList<JobEvent> Events,
    IReadOnlyList<QueueSettings> Settings)
{
    /// <summary>Nothing to store.</summary>
    public bool IsEmpty => Jobs.Count == 0 && Forgotten.Count == 0 && Settings.Count == 0;
}

/// <summary>A finished job to forget.</summary>
/// <param name="Id">The job.</param>
/// <param name="Keys">What it leaves taken.</param>
public sealed record ForgottenJob(JobId Id, IReadOnlyList<KeyGuard> Keys);
