using JobOrchestrator.Sdk;

namespace JobOrchestrator.Dashboard.Pages;

/// <summary>Something that is done to one job after a second look.</summary>
/// <param name="Name">As it is called in addresses.</param>
/// <param name="Title">As it is called on its button.</param>
/// <param name="IsFinal">It cannot be undone.</param>
/// <param name="Effect">What it does, in a sentence.</param>
internal sealed record JobAct(string Name, string Title, bool IsFinal, Func<Job, string> Effect)
{
    private static readonly JobAct[] All =
    [
        new("cancel", "Cancel", true, job => job.Status == JobStatus.InProgress
            ? "Its worker is asked to stop, and the job is cancelled when it obeys or its lease ends. What it has done so far stays done."
            : "It is cancelled at once and will not run. It can be run again later, as a new job."),
        new("purge", "Purge", true, _ => "The job is forgotten: its input, its result and its attempts. This cannot be undone."),
        new("label", "Label", false, _ => "It has the labels that stand here, and its events say them from now on."),
        new("move", "Move", false, _ => "It gets another place in its queue. Its attempts and its input stay as they are."),
    ];

    public static JobAct? Named(string name) => Array.Find(All, act => act.Name == name);
}
