using JobOrchestrator.Core;

namespace JobOrchestrator.Features.Why;

/// <summary>A job's phase: its status, and where that says too little, what it waits for.</summary>
internal static class JobPhases
{
    public const string Scheduled = "scheduled";
    public const string Retrying = "retrying";
    public const string Held = "held";
    public const string Ready = "ready";
    public const string Running = "running";
    public const string Cancelling = "cancelling";

    /// <summary>Every phase, for those who describe the wire.</summary>
    public static readonly string[] All =
        [Scheduled, Ready, Held, Retrying, Running, Cancelling, "completed", "failed", "cancelled"];

    /// <summary>The phase of a job.</summary>
    /// <param name="job">The job.</param>
    /// <param name="isPaused">Whether its queue is.</param>
    /// <param name="now">The time.</param>
    public static string Of(Job job, bool isPaused, DateTimeOffset now) => job.Status switch
    {
        JobStatus.New when job.RunAt > now => job.Attempt == 0 ? Scheduled : Retrying,
        JobStatus.New => isPaused ? Held : Ready,
        JobStatus.InProgress => job.CancelRequested ? Cancelling : Running,
        JobStatus.Completed => "completed",
        JobStatus.Failed => "failed",
        JobStatus.Cancelled => "cancelled",
    };
}
