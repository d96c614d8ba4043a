using JobOrchestrator.Dashboard.Words;
using JobOrchestrator.Sdk;
using JobOrchestrator.Search;

namespace JobOrchestrator.Dashboard.Finding;

/// <summary>A job as a row of a file: what a list says of it, and nothing that was handed in.</summary>
internal static class JobRow
{
    /// <summary>Which of them are the labels, in one text.</summary>
    public const string LabelsName = "labels";

    public static IReadOnlyList<string> Names { get; } =
    [
        "id", "phase", "type", "queue", "owner", "externalId", LabelsName, "priority", "createdAt", "startedAt", "finishedAt",
        "waitedSeconds", "ranSeconds", "attempt", "maxRetries", "worker", "errorType", "error",
    ];

    /// <summary>The values, in the order of the names: texts and numbers; null: it has none.</summary>
    public static IReadOnlyList<object?> Of(Job job, DateTimeOffset now) =>
    [
        job.Id,
        Phase.Of(job, now).Word,
        job.Type,
        job.Queue,
        job.Owner,
        job.ExternalId,
        Labels(job),
        (decimal)job.Priority,
        Instant(job.CreatedAt),
        Instant(job.StartedAt),
        Instant(job.FinishedAt),
        Seconds(JobTimes.Waited(job)),
        Seconds(JobTimes.Ran(job)),
        (decimal)job.Attempt,
        (decimal?)job.MaxRetries,
        job.LastAttempt?.Worker,
        job.Error?.Type,
        job.Error?.Title,
    ];

    /// <summary>As queries write them.</summary>
    private static string? Labels(Job job) => job.Labels.Count == 0
        ? null
        : string.Join(' ', job.Labels.Select(label => Terms.OfLabel(label.Key, label.Value)[QueryField.LabelPrefix.Length..]));

    private static string? Instant(DateTimeOffset? at) => at is { } known ? Moments.Iso(known) : null;

    private static decimal? Seconds(TimeSpan? length) => length is { } known ? Math.Round((decimal)known.TotalSeconds, 3) : null;
}
