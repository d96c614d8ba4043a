using JobOrchestrator.Core;

namespace JobOrchestrator.Shards;

/// <summary>The words of the wire for the enums of the core: explicit, so that renaming a member changes no document.</summary>
internal static class Words
{
    /// <summary>Every status, for those who describe the wire.</summary>
    public static string[] Statuses => [.. Enum.GetValues<JobStatus>().Select(status => Of(status))];

    /// <summary>Every kind of backoff, for those who describe the wire.</summary>
    public static string[] Backoffs => [.. Enum.GetValues<BackoffKind>().Select(kind => Of(kind))];

    public static string Of(JobStatus status) => status switch
    {
        JobStatus.New => "New",
        JobStatus.InProgress => "InProgress",
        JobStatus.Completed => "Completed",
        JobStatus.Failed => "Failed",
        JobStatus.Cancelled => "Cancelled",
    };

    public static JobStatus Status(string word) => word switch
    {
        "New" => JobStatus.New,
        "InProgress" => JobStatus.InProgress,
        "Completed" => JobStatus.Completed,
        "Failed" => JobStatus.Failed,
        "Cancelled" => JobStatus.Cancelled,
        _ => throw new FormatException($"'{word}' is no status."),
    };

    /// <summary>Every phase, for those who describe the wire.</summary>
    public static string[] Phases => [.. Enum.GetValues<JobPhase>().Select(phase => Of(phase))];

    public static string Of(JobPhase phase) => phase switch
    {
        JobPhase.Scheduled => "Scheduled",
        JobPhase.Ready => "Ready",
        JobPhase.Held => "Held",
        JobPhase.Retrying => "Retrying",
        JobPhase.Running => "Running",
        JobPhase.Cancelling => "Cancelling",
        JobPhase.Completed => "Completed",
        JobPhase.Failed => "Failed",
        JobPhase.Cancelled => "Cancelled",
    };

    public static string Of(AttemptOutcome outcome) => outcome switch
    {
        AttemptOutcome.Completed => "Completed",
        AttemptOutcome.Failed => "Failed",
        AttemptOutcome.LeaseLost => "LeaseLost",
        AttemptOutcome.Released => "Released",
        AttemptOutcome.Cancelled => "Cancelled",
        AttemptOutcome.TimedOut => "TimedOut",
        AttemptOutcome.Refused => "Refused",
        AttemptOutcome.Replaced => "Replaced",
    };

    public static AttemptOutcome Outcome(string word) => word switch
    {
        "Completed" => AttemptOutcome.Completed,
        "Failed" => AttemptOutcome.Failed,
        "LeaseLost" => AttemptOutcome.LeaseLost,
        "Released" => AttemptOutcome.Released,
        "Cancelled" => AttemptOutcome.Cancelled,
        "TimedOut" => AttemptOutcome.TimedOut,
        "Refused" => AttemptOutcome.Refused,
        "Replaced" => AttemptOutcome.Replaced,
        _ => throw new FormatException($"'{word}' is no outcome of an attempt."),
    };

    public static string Of(BackoffKind kind) => kind switch
    {
        BackoffKind.Fixed => "fixed",
        BackoffKind.Linear => "linear",
        BackoffKind.Exponential => "exponential",
    };

    public static BackoffKind Backoff(string word) => BackoffOrNull(word) ?? throw new FormatException($"'{word}' is no kind of backoff.");

    public static BackoffKind? BackoffOrNull(string word) => word switch
    {
        "fixed" => BackoffKind.Fixed,
        "linear" => BackoffKind.Linear,
        "exponential" => BackoffKind.Exponential,
        _ => null,
    };

    /// <summary>The last part of the topic's and the CloudEvent's name.</summary>
    public static string Of(JobEventKind kind) => kind switch
    {
        JobEventKind.Created => "created",
        JobEventKind.Updated => "updated",
        JobEventKind.Completed => "completed",
        JobEventKind.Failed => "failed",
        JobEventKind.Cancelled => "cancelled",
    };

    /// <summary>The kind of a word; null: it is none.</summary>
    public static JobEventKind? EventKindOf(string word) => word switch
    {
        "created" => JobEventKind.Created,
        "updated" => JobEventKind.Updated,
        "completed" => JobEventKind.Completed,
        "failed" => JobEventKind.Failed,
        "cancelled" => JobEventKind.Cancelled,
        _ => null,
    };

    /// <summary>Every kind of event, for those who describe the wire.</summary>
    public static string[] EventKindWords => [.. Enum.GetValues<JobEventKind>().Select(kind => Of(kind))];

    /// <summary>The kinds of a set, in the order of the enum.</summary>
    public static IEnumerable<string> Of(EventKinds kinds) =>
        Enum.GetValues<JobEventKind>().Where(kind => kinds.Has(kind)).Select(kind => Of(kind));

    /// <summary>The same for people.</summary>
    public static string InALine(EventKinds kinds) => kinds == EventKinds.None ? "none" : string.Join(", ", Of(kinds));

    /// <summary>The CloudEvent's type.</summary>
    public static string EventType(JobEventKind kind) => kind switch
    {
        JobEventKind.Created => "job.created",
        JobEventKind.Updated => "job.updated",
        JobEventKind.Completed => "job.completed",
        JobEventKind.Failed => "job.failed",
        JobEventKind.Cancelled => "job.cancelled",
    };

    /// <summary>The kind behind a CloudEvent's type.</summary>
    public static JobEventKind EventKind(string type) => type switch
    {
        "job.created" => JobEventKind.Created,
        "job.updated" => JobEventKind.Updated,
        "job.completed" => JobEventKind.Completed,
        "job.failed" => JobEventKind.Failed,
        "job.cancelled" => JobEventKind.Cancelled,
        _ => throw new FormatException($"'{type}' is no type of event."),
    };
}
