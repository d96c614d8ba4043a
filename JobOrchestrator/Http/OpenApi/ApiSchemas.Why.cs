using Microsoft.OpenApi;
using static JobOrchestrator.Http.OpenApi.Schema;

namespace JobOrchestrator.Http.OpenApi;

internal sealed partial class ApiSchemas
{
    /// <summary>Why a job waits.</summary>
    private IEnumerable<(string Name, OpenApiSchema Schema)> MakeWhy() =>
    [
        ("Why", Object(
            "Why a job waits.",
            Always("jobId", Uuid("The job.")), Always("phase", Reference("JobPhase")), Always("asOf", Instant("When this was so.")),
            Always("reasons", List(Reference("WhyReason"), "In order: the first one is the one that counts.")),
            Perhaps("place", Reference("PlaceInLine")), Perhaps("estimate", Reference("StartEstimate")),
            Perhaps("noEstimate", Text("Why it cannot be said when it will be handed out.")),
            Perhaps("spent", Reference("TimeSpent")), Always("text", Text("All of it, in sentences.")),
            Perhaps("fix", Text("A line that helps, to be copied. For keys that operate the queue.")))),
        ("WhyReason", Object(
            "One reason. Which members there are depends on `code`.",
            Always("code", Text(
                "`scheduled`, `retry-pause`, `queue-paused`, `no-worker`, `workers-busy`, `in-line`, `store-away`, `shard-moving`, "
                    + "`shard-elsewhere`, `running`, `silent`, `cancelling` or `ended`; there may be more.")),
            Always("text", Text("A sentence for people.")),
            Perhaps("until", Instant("Not before.")), Perhaps("attempt", Whole("The attempt that did not succeed.", 1)),
            Perhaps("of", Long("How many there may be.", 1)), Perhaps("error", Text("The error's title.")),
            Perhaps("queue", Text("The queue.")), Perhaps("type", Text("The type.")), Perhaps("since", Instant("Since when.")),
            Perhaps("shard", Whole("The shard that moves, or is elsewhere.", 0)),
            Perhaps("by", Text("The name of the key. For keys that operate the queue.")),
            Perhaps("reason", Text("What was said. For keys that operate the queue.")),
            Perhaps("watchedSince", Instant("Since when it is known which workers ask.")),
            Perhaps("lastWorker", Text("Who asked last. For keys that operate the queue.")),
            Perhaps("asksFor", List(Text("A type."), "What those workers want that ask in this queue.")),
            Perhaps("workers", Whole("Workers that take such jobs.", 0)), Perhaps("running", Whole("Jobs that run in the queue.", 0)),
            Perhaps("ahead", Whole("Ready jobs that come before it.", 0)), Perhaps("aheadOfType", Whole("Of these, of its type.", 0)),
            Perhaps("higherPriority", Whole("Of these, of a higher priority.", 0)),
            Perhaps("worker", Text("Who has it. For keys that operate the queue.")),
            Perhaps("told", Flag("Its worker has been told of the cancel.")), Perhaps("leaseEnds", Instant("When its lease ends.")),
            Perhaps("lastHeartbeat", Instant("The worker's last sign of life.")),
            Perhaps("overdueSeconds", Number("For how long a sign of life is overdue.", 0)),
            Perhaps("status", Text("How it ended.")))),
        ("PlaceInLine", Object(
            "A place in line.",
            Always("ahead", Whole("Ready jobs that come before it, of types that are taken by whoever takes it.", 0)),
            Always("aheadOfType", Whole("Of these, of its type.", 0)),
            Always("higherPriority", Whole("Of these, of a higher priority.", 0)),
            Always("exact", Flag("They were counted.")))),
        ("StartEstimate", Object(
            "When a job will be handed out, by the pace of its queue and not before its `runAt`, and when it will end. "
                + "Of one that runs `start` is when that began, and so are `earliest` and `latest`.",
            Always("start", Instant("In the middle.")), Always("earliest", Instant("One of ten is earlier.")),
            Always("latest", Instant("One of ten is later.")),
            Always("certainty", Text("How sure the start is: `high`, `medium` or `low`.")),
            Always("basis", Text("What it goes by.")),
            Perhaps("end", Instant(
                "The start, and what half of its type's runs did not exceed, of those that completed lately. Left out where fewer than "
                    + "five are known.")))),
        ("TimeSpent", Object(
            "How a job's time was spent, in seconds.",
            Always("waiting", Number("Until its first attempt began.", 0)), Always("running", Number("In attempts that are kept.", 0)),
            Always("pausing", Number("Between attempts.", 0)))),
    ];
}
