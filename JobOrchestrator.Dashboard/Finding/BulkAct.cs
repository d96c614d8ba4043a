using JobOrchestrator.Sdk;

namespace JobOrchestrator.Dashboard.Finding;

/// <summary>Something that is done to many jobs after a second look.</summary>
/// <param name="Name">As it is called in addresses.</param>
/// <param name="Kind">As the API calls it.</param>
/// <param name="Title">As it is called on its button.</param>
/// <param name="Icon">Its picture.</param>
/// <param name="IsFinal">It cannot be undone.</param>
/// <param name="Effect">What it does to so many jobs, in a sentence.</param>
public sealed record BulkAct(string Name, JobBulkKind Kind, string Title, string Icon, bool IsFinal, Func<string, string> Effect)
{
    /// <summary>More are not cancelled before their number is typed.</summary>
    private const int TypedFrom = 100;

    /// <summary>All of them, in the order of their buttons.</summary>
    public static IReadOnlyList<BulkAct> All { get; } =
    [
        new("retry", JobBulkKind.Retry, "Retry", "retrying", false, jobs =>
            $"Runs {jobs} again, each as a new job, as far as they have ended. Undoing cancels those that still wait."),
        new("cancel", JobBulkKind.Cancel, "Cancel", "cancelled", true, jobs =>
            $"Cancels {jobs}: those that wait at once, those that run through their workers. This cannot be undone."),
        new("move", JobBulkKind.Move, "Move", "up", false, jobs =>
            $"Has {jobs} wait in another queue, as far as they wait. Undoing moves back those that still do."),
        new("label", JobBulkKind.Label, "Label", "new", false, jobs =>
            $"Sets labels of {jobs}, as far as they have not ended. Undoing puts back what was there."),
        new("purge", JobBulkKind.Purge, "Purge", "close", true, jobs =>
            $"Forgets {jobs} with input, result and attempts, as far as they have ended. This cannot be undone."),
    ];

    /// <summary>The one of a name; null: there is none.</summary>
    public static BulkAct? Named(string? name) => All.FirstOrDefault(act => act.Name == name);

    /// <summary>A reason is asked for.</summary>
    public bool WantsReason => IsFinal;

    /// <summary>Whether something has to be typed: for every purge, and for a cancel of many.</summary>
    /// <param name="matched">How many were counted.</param>
    public bool WantsTyping(int matched) => Kind == JobBulkKind.Purge || (Kind == JobBulkKind.Cancel && matched > TypedFrom);
}
