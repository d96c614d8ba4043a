using JobOrchestrator.Core;
using Microsoft.OpenApi;
using static JobOrchestrator.Http.OpenApi.Schema;

namespace JobOrchestrator.Http.OpenApi;

internal sealed partial class ApiSchemas
{
    /// <summary>
    /// The words, each list once. Where a word may be missing, its schema is nullable itself: beside a reference nothing counts, and
    /// around one generators lose the words.
    /// </summary>
    private static IEnumerable<(string Name, OpenApiSchema Schema)> MakeWords() =>
    [
        ("JobStatus", Words("How a job stands.", Shards.Words.Statuses)),
        ("JobPhase", Words(
            "Where the job is on its way, by its status, the time, and whether its queue is paused: it changes without the ETag.",
            Shards.Words.Phases)),
        ("FinishedStatus", Words("How a job ended.", "Failed", "Cancelled", "Completed").Else("Failed")),
        ("BackoffKind", Words("How pauses grow.", Shards.Words.Backoffs).OrNull().Else(Shards.Words.Of(Backoff.Default.Kind))),
        ("OnDuplicate", Words("What to do where a key is taken.", "reject", "return", "replace").Else("reject")),
        (
            "AttemptOutcome",
            Words(
                "How an attempt ended; absent while it runs.",
                [.. Enum.GetValues<AttemptOutcome>().Select(outcome => Shards.Words.Of(outcome))]).OrNull()),
        ("EventKind", Words("What became of a job.", Shards.Words.EventKindWords)),
        ("ReportAction", Words("What a worker reports.", "heartbeat", "complete", "fail", "release")),
    ];

    /// <summary>
    /// The members that have a default, under names of their own. Beside the member, <c>default</c> makes openapi-typescript take it for
    /// one that is always there, and every caller would have to say what he wants to leave open.
    /// </summary>
    private IEnumerable<(string Name, OpenApiSchema Schema)> MakeDefaults() =>
    [
        ("NewJobType", Name("Which handler runs it.").OrNull().Else(JobDefaults.Type)),
        ("NewJobQueue", Name("Where it waits.").OrNull().Else(JobDefaults.Queue)),
        (
            "NewJobLeaseSeconds",
            Whole("Silence allowed between two heartbeats.", 1, Bounds.LeaseSecondsMax)
                .OrNull().Else(JobDefaults.LeaseSeconds)),
        ("NewJobPriority", Whole("Higher first.").OrNull().Else(0)),
        ("NewJobDurable", Flag("False: kept in memory only.").OrNull().Else(true)),
        (
            "InitialTimeout",
            Number("Milliseconds to wait for the job's end; 0: not at all. More than the cap is the cap.", 0).OrNull().Else(0)),
        ("BackoffSeconds", Number("The first pause.", 0, Bounds.SecondsMax).OrNull().Else(Backoff.Default.Seconds)),
        (
            "BackoffMaxSeconds",
            Number("No pause is longer. At least the first pause, if it is not said.", 0, Bounds.SecondsMax)
                .OrNull().Else(Backoff.Default.MaxSeconds)),
        ("BackoffJitter", Number("The share by which a pause is moved at random.", 0, 1).OrNull().Else(0)),
        ("LeaseMax", Whole("Most jobs.", 1, options.LeaseJobsMax).OrNull().Else(1)),
        (
            "LeaseWait",
            Number("Seconds to wait for the first. More than the cap is the cap.", 0, Bounds.SecondsMax).OrNull().Else(0)),
        (
            "CancelsWait",
            Number("Seconds to wait for news. More than the cap is the cap.", 0, Bounds.SecondsMax).OrNull().Else(0)),
        ("FailRetry", Flag("False: trying again cannot help.").OrNull().Else(true)),
    ];
}
