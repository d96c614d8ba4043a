using JobOrchestrator.Dashboard.Words;
using JobOrchestrator.Sdk;

namespace JobOrchestrator.Dashboard.Finding;

/// <summary>What was done to many jobs or to a queue, in words.</summary>
internal static class ActionWords
{
    /// <summary>As its page is called.</summary>
    public static string Title(JobAction action) => action.Finished ? $"{Past(action)}" : $"{Present(action)}…";

    /// <summary>In a line of the list: <c>retried 200 of mail</c>.</summary>
    public static string Line(JobAction action) =>
        action.Action is "pause" or "resume" ? $"{Verb(action)} {PlainText.Of(action.Queue, 60)}"
        : action.Action == "publish" ? $"{Verb(action)} of {PlainText.Of(action.Queue, 60)}"
        : $"{Verb(action)} {Numbers.Counted(action.Done, "job")}{(action.Query is { } query ? $" of {PlainText.Of(query, 60)}" : "")}";

    /// <summary>In a sentence.</summary>
    public static string Done(JobAction action) =>
        action.Action is "pause" or "resume" or "publish" ? $"{Past(action)}." : $"{Past(action)}: {Line(action)}.";

    /// <summary>Why one was left as it was.</summary>
    public static string Why(string reason) => reason switch
    {
        "already-done" => "it was done already",
        "already-finished" => "it has ended",
        "job-not-finished" => "it has not ended",
        "not-waiting" => "it does not wait",
        "forbidden" => "it is not yours to change",
        "duplicate-job" => "another job has its key by now",
        "job-not-found" or "not-found" => "it is no more",
        _ => PlainText.Of(reason.Replace('-', ' '), 80),
    };

    private static string Verb(JobAction action) => action.Action switch
    {
        "retry" => "retried",
        "cancel" => "cancelled",
        "purge" => "purged",
        "move" => "moved",
        "label" => "labelled",
        "pause" => "paused",
        "resume" => "resumed",
        "publish" => "chose events",
        "undo" => "undid",
        var other => PlainText.Of(other, 40),
    };

    private static string Past(JobAction action) => Capital(Verb(action));

    private static string Present(JobAction action) => action.Action switch
    {
        "retry" => "Retrying",
        "cancel" => "Cancelling",
        "purge" => "Purging",
        "move" => "Moving",
        "label" => "Labelling",
        "undo" => "Undoing",
        var other => Capital(PlainText.Of(other, 40)),
    };

    private static string Capital(string word) => word.Length == 0 ? word : char.ToUpperInvariant(word[0]) + word[1..];
}
