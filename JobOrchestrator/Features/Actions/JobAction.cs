namespace JobOrchestrator.Features.Actions;

/// <summary>What somebody has done to many jobs or to a queue.</summary>
internal enum JobAction
{
    /// <summary>Cancelled jobs.</summary>
    Cancel = 1,

    /// <summary>Ran finished jobs again.</summary>
    Retry,

    /// <summary>Forgot finished jobs.</summary>
    Purge,

    /// <summary>Had waiting jobs go to another queue.</summary>
    Move,

    /// <summary>Set labels of jobs, or took them away.</summary>
    Label,

    /// <summary>Paused a queue.</summary>
    Pause,

    /// <summary>Resumed a queue.</summary>
    Resume,

    /// <summary>Chose which events of a queue's jobs are published.</summary>
    Publish,

    /// <summary>Undid another action.</summary>
    Undo,
}

/// <summary>The words for actions.</summary>
internal static class JobActions
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<string> Words { get; } = [.. Enum.GetValues<JobAction>().Select(Word)];

    /// <summary>Those that are done to the jobs of a query.</summary>
    public static IReadOnlyList<string> OfJobs { get; } =
        [.. new[] { JobAction.Cancel, JobAction.Retry, JobAction.Purge, JobAction.Move, JobAction.Label }.Select(Word)];

    public static string Word(this JobAction action) => action switch
    {
        JobAction.Cancel => "cancel",
        JobAction.Retry => "retry",
        JobAction.Purge => "purge",
        JobAction.Move => "move",
        JobAction.Label => "label",
        JobAction.Pause => "pause",
        JobAction.Resume => "resume",
        JobAction.Publish => "publish",
        JobAction.Undo => "undo",
    };

    /// <summary>The action of a word, if it can be done to the jobs of a query.</summary>
    public static JobAction? OfJob(string word) =>
        OfJobs.Contains(word) ? Enum.GetValues<JobAction>().First(action => action.Word() == word) : null;
}
