namespace JobOrchestrator.Core;

/// <summary>
/// Where a job is on its way: its status, and where that says too little, what it waits for. Never stored: it goes by the time.
/// </summary>
public enum JobPhase
{
    /// <summary>New: its <see cref="Job.RunAt"/> lies ahead, and it has had no attempt yet.</summary>
    Scheduled = 1,

    /// <summary>New: a worker that asks may get it.</summary>
    Ready = 2,

    /// <summary>New: it could be handed out, but its queue is paused.</summary>
    Held = 3,

    /// <summary>New: it pauses between two attempts.</summary>
    Retrying = 4,

    /// <summary>InProgress.</summary>
    Running = 5,

    /// <summary>InProgress, and its worker is asked to stop.</summary>
    Cancelling = 6,

    /// <summary>Completed.</summary>
    Completed = 7,

    /// <summary>Failed.</summary>
    Failed = 8,

    /// <summary>Cancelled.</summary>
    Cancelled = 9,
}

/// <summary>Says which phase a job is in.</summary>
public static class JobPhases
{
    /// <summary>The phase of a job.</summary>
    /// <param name="job">The job.</param>
    /// <param name="isPaused">Whether its queue is.</param>
    /// <param name="now">The time.</param>
    public static JobPhase PhaseAt(this Job job, bool isPaused, DateTimeOffset now) => job.Status switch
    {
        JobStatus.New when job.RunAt > now => job.Attempt == 0 ? JobPhase.Scheduled : JobPhase.Retrying,
        JobStatus.New => isPaused ? JobPhase.Held : JobPhase.Ready,
        JobStatus.InProgress => job.CancelRequested ? JobPhase.Cancelling : JobPhase.Running,
        JobStatus.Completed => JobPhase.Completed,
        JobStatus.Failed => JobPhase.Failed,
        JobStatus.Cancelled => JobPhase.Cancelled,
    };

    /// <summary>The phase of a job. Only of one that would be ready is it asked whether its queue is paused.</summary>
    /// <param name="job">The job.</param>
    /// <param name="isPaused">Whether a queue is paused.</param>
    /// <param name="now">The time.</param>
    public static JobPhase PhaseAt(this Job job, Func<string, bool> isPaused, DateTimeOffset now) =>
        job.PhaseAt(isPaused: false, now) is var phase && phase == JobPhase.Ready && isPaused(job.Queue) ? JobPhase.Held : phase;
}
