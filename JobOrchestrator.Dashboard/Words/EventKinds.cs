using JobOrchestrator.Sdk;

namespace JobOrchestrator.Dashboard.Words;

/// <summary>Kinds of events, in words.</summary>
internal static class EventKinds
{
    /// <summary>All of them, in the order in which they happen.</summary>
    public static IReadOnlyList<JobEventKind> All { get; } = Enum.GetValues<JobEventKind>();

    /// <summary>As the API names it.</summary>
    public static string Word(JobEventKind kind) => kind.ToString().ToLowerInvariant();

    /// <summary>What it tells of.</summary>
    public static string Meaning(JobEventKind kind) => kind switch
    {
        JobEventKind.Created => "a job was accepted",
        JobEventKind.Updated => "it started, reported progress, or is tried again",
        JobEventKind.Completed => "it succeeded",
        JobEventKind.Failed => "it failed for good",
        JobEventKind.Cancelled => "it was cancelled",
    };

    /// <summary>A list of them; null: all.</summary>
    public static string InWords(IReadOnlyList<JobEventKind>? kinds) => kinds switch
    {
        null => "every kind",
        [] => "none",
        _ when kinds.Count == All.Count => "every kind",
        _ => string.Join(", ", kinds.Select(Word)),
    };
}
