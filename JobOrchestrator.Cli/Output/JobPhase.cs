using JobOrchestrator.Sdk;

namespace JobOrchestrator.Cli;

/// <summary>Where a job stands, in one word, with a sign and a colour. Colour is never alone.</summary>
/// <param name="Word">The word.</param>
/// <param name="Sign">The sign; left out in plain output.</param>
/// <param name="Colour">A colour of the terminal's own sixteen.</param>
internal sealed record JobPhase(string Word, string Sign, string Colour)
{
    public static readonly JobPhase Scheduled = new("scheduled", "◷", "blue");
    public static readonly JobPhase Ready = new("ready", "○", "blue");
    public static readonly JobPhase Held = new("held", "‖", "magenta");
    public static readonly JobPhase Retrying = new("retrying", "↻", "yellow");
    public static readonly JobPhase Running = new("running", "▶", "cyan");
    public static readonly JobPhase Cancelling = new("cancelling", "◐", "yellow");
    public static readonly JobPhase Completed = new("completed", "✓", "green");
    public static readonly JobPhase Failed = new("failed", "✕", "red");
    public static readonly JobPhase Cancelled = new("cancelled", "⊘", "default");

    private static readonly JobPhase[] All =
        [Scheduled, Ready, Held, Retrying, Running, Cancelling, Completed, Failed, Cancelled];

    /// <summary>The one that the orchestrator calls so; null: it is not known here.</summary>
    public static JobPhase? Named(string name) =>
        Array.Find(All, phase => string.Equals(phase.Word, name, StringComparison.OrdinalIgnoreCase));

    /// <summary>That of a job: as the service says, but for a time that has come since.</summary>
    /// <param name="job">The job.</param>
    /// <param name="now">By which it is told whether its time has come.</param>
    public static JobPhase Of(Job job, DateTimeOffset now) => job.Status switch
    {
        JobStatus.New when job.RunAt > now => job.Attempt > 0 ? Retrying : Scheduled,
        JobStatus.New => job.Phase == Sdk.JobPhase.Held ? Held : Ready,
        JobStatus.InProgress when job.CancelRequested => Cancelling,
        JobStatus.InProgress => Running,
        JobStatus.Completed => Completed,
        JobStatus.Failed => Failed,
        JobStatus.Cancelled => Cancelled,
    };
}
