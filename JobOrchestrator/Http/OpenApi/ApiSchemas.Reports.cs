using Microsoft.OpenApi;
using static JobOrchestrator.Http.OpenApi.Schema;

namespace JobOrchestrator.Http.OpenApi;

internal sealed partial class ApiSchemas
{
    /// <summary>What workers ask for and report, and what they are answered.</summary>
    private IEnumerable<(string Name, OpenApiSchema Schema)> MakeReports() =>
    [
        ("Lease", Request(
            "What a worker takes.",
            Always("worker", Name("The worker's name.")),
            Perhaps("max", Reference("LeaseMax")),
            Perhaps("wait", Reference("LeaseWait")),
            Perhaps("types", List(Name("A type."), "Only these; absent: any.", Bounds.LeaseNamesMax, min: 1)),
            Perhaps("queues", List(
                Name("A queue."), "Further queues, in order of preference; empty: the path's alone.", Bounds.LeaseNamesMax)),
            Perhaps("version", Name("The version of what the worker runs, for people.", Bounds.VersionMax)),
            Perhaps("slots", Whole("How many jobs the worker runs at once at most, for people.", 1, Bounds.SlotsMax)))),
        ("Heartbeat", Request("A sign of life.", Token(), Progress(), State(), StateNumber())),
        ("LeaseExtended", Object(
            "The lease, extended.",
            Always("leaseExpiresAt", Instant("When it ends without another heartbeat.")),
            Always("cancelRequested", Flag("Stop: the job is to be cancelled.")))),
        ("Complete", Request("Success.", Token(), Result())),
        ("Fail", Request("An error.", Token(), Always("error", Error()), Retry())),
        ("Release", Request("Back to the queue; the attempt is not spent.", Token(), Delay())),
        ("Report", Request(
            "One report: the job, what to do, and the members of that call.",
            Always("jobId", Uuid("The job.")), Always("action", Reference("ReportAction")), Token(),
            Progress(), State(), StateNumber(), Result(), Perhaps("error", Error()), Retry(), Delay())),
        ("Reports", Request(
            "Many reports.", Always("reports", List(Reference("Report"), "In order.", options.BatchItemsMax)))),
        ("ErrorReport", Request(
            "What went wrong.",
            Always("title", Text("One line; what is longer is cut.")),
            Perhaps("type", Name("The kind, as a URI reference; what is longer is cut.", Bounds.LineMax)),
            Perhaps("status", Whole("The HTTP status that fits the error; another number is left out.", 400, 599)),
            Perhaps("detail", Any("Whatever helps whoever looks. In the place of one that is too large a sentence says so.")))),
        ("Standing", Object(
            "How a job stands after a report.",
            Always("id", Uuid("The job.")), Always("status", Reference("JobStatus")),
            Always("attempt", Whole("The number of the last attempt.", 0)),
            Always("sequence", Long("Grows with every published change.", 1)),
            Always("runAt", Instant("When it may be handed out again.")))),
        ("ReportOutcome", Object(
            "What became of one report.",
            Perhaps("jobId", Text("The job, as the report named it.")), Always("status", Whole("The HTTP status of the single call.")),
            Perhaps("leaseExpiresAt", Instant("After a heartbeat.")), Perhaps("cancelRequested", Flag("After a heartbeat.")),
            Perhaps("problem", Reference("Problem")))),
        ("ReportOutcomes", Object(
            "One outcome per report, in their order.", Always("outcomes", List(Reference("ReportOutcome"), "The outcomes.")))),
        ("HeldLease", Request("A lease that the worker holds.", Always("jobId", Uuid("The job.")), Token())),
        ("HeldLeases", Request(
            "The leases that a worker holds.",
            Always("leases", List(Reference("HeldLease"), "The leases, each job once.", options.BatchItemsMax)),
            Perhaps("wait", Reference("CancelsWait")))),
        ("LeaseOutcome", Object(
            "A lease of which there is news: what a heartbeat would be told.",
            Always("jobId", Text("The job, as the request named it.")), Always("status", Whole("The HTTP status of the heartbeat.")),
            Perhaps("cancelRequested", Flag("Stop: the job is to be cancelled.")),
            Perhaps("problem", Reference("Problem")))),
        ("LeaseOutcomes", Object(
            "The leases of which there is news.", Always("outcomes", List(Reference("LeaseOutcome"), "One for each of them.")))),
    ];

    private static Member Token() =>
        Always("leaseToken", Name("The lease's token.", Bounds.TokenMax));

    private Member Progress() => Perhaps("progress", Reference("Progress"));

    private static Member State() => Perhaps("state", Any("A checkpoint for the next attempt."));

    private static Member StateNumber() => Perhaps("stateNumber", Whole(
        "Counts the states of an attempt, and comes with one: what comes late, after a higher one was taken, is not taken.", 1));

    private static Member Result() => Perhaps("result", Any("The result."));

    private Member Retry() => Perhaps("retry", Reference("FailRetry"));

    private static Member Delay() =>
        Perhaps("delay", Number("Seconds before it is handed out again.", 0, Bounds.SecondsMax));

    /// <summary>The object first: NSwag makes its type of the first that it finds, and by the object everything can be said.</summary>
    private OpenApiSchema Error() => new()
    {
        OneOf = [Reference("ErrorReport"), Text("The title.")],
        Description = "What went wrong: an object, or its title alone.",
    };
}
