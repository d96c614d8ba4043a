using JobOrchestrator.Sdk;

namespace JobOrchestrator.Dashboard.Words;

/// <summary>How a job stands, in one word that one may say to a customer.</summary>
/// <param name="Name">The name of its colours and its icon.</param>
/// <param name="Word">The word.</param>
public sealed record Phase(string Name, string Word)
{
    private static readonly Phase Scheduled = new("scheduled", "Scheduled");
    private static readonly Phase Ready = new("ready", "Ready");
    private static readonly Phase Held = new("held", "Held");
    private static readonly Phase Retrying = new("retrying", "Retrying");
    private static readonly Phase Running = new("running", "Running");
    private static readonly Phase Cancelling = new("cancelling", "Cancelling");
    private static readonly Phase Completed = new("completed", "Completed");
    private static readonly Phase Failed = new("failed", "Failed");
    private static readonly Phase Cancelled = new("cancelled", "Cancelled");

    /// <summary>All nine, in the order of a job's way.</summary>
    public static IReadOnlyList<Phase> All { get; } =
        [Scheduled, Ready, Held, Retrying, Running, Cancelling, Completed, Failed, Cancelled];

    /// <summary>The phase of a name, as the API writes it; null: a newer one.</summary>
    public static Phase? Named(string? name) =>
        All.FirstOrDefault(phase => phase.Name.Equals(name, StringComparison.OrdinalIgnoreCase));

    /// <summary>How a job stands: as the service says, but for a time that has come since.</summary>
    /// <param name="job">The job.</param>
    /// <param name="now">When it is looked at.</param>
    public static Phase Of(Job job, DateTimeOffset now) => job.Status switch
    {
        JobStatus.New when job.RunAt > now => job.Attempt > 0 ? Retrying : Scheduled,
        JobStatus.New => job.Phase == JobPhase.Held ? Held : Ready,
        JobStatus.InProgress => job.CancelRequested ? Cancelling : Running,
        JobStatus.Completed => Completed,
        JobStatus.Failed => Failed,
        JobStatus.Cancelled => Cancelled,
    };
}
