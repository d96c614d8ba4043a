using Microsoft.OpenApi;
using static JobOrchestrator.Http.OpenApi.Schema;

namespace JobOrchestrator.Http.OpenApi;

internal sealed partial class ApiSchemas
{
    /// <summary>Who works.</summary>
    private IEnumerable<(string Name, OpenApiSchema Schema)> MakeWorkers() =>
    [
        ("Workers", Object(
            "Who works, and what waits that nobody asks for.",
            Always("workers", List(Reference("KnownWorker"), "The workers, those that run most first; at most 500.")),
            Always("total", Whole("How many there are.", 0)),
            Always("uncovered", List(
                Reference("UncoveredType"), "What waits and no worker asks for, what waits for longest first; at most 100.")),
            Always("watchedSince", Instant("Since when it is watched who asks.")),
            Always("asOf", Instant("When this was so.")),
            Always("missing", List(
                Whole("A shard's number.", 0), "Shards that nobody holds at the moment: what they know is left out.")))),
        ("KnownWorker", Object(
            "A worker.",
            Perhaps("name", Text("What it calls itself; for those who operate the queues.")),
            Always("queues", List(Text("A queue."), "Those that it asks for or works; `*`: any. At most 50.")),
            Always("types", List(
                Text("A type."), "Those that it asks for, or works where it was not heard asking; `*`: any. At most 50.")),
            Always("running", Whole("How many jobs it holds.", 0)),
            Perhaps("slots", Whole("How many it runs at once at most, if it says so.", 1)),
            Perhaps("version", Text("The version of what it runs, if it says one.")),
            Perhaps("longestSeconds", Number("For how long it has held the job that it holds for longest.", 0)),
            Perhaps("longestJob", Uuid("That job.")),
            Perhaps("lastAskedAt", Instant("When it last asked for jobs, as far as is known.")),
            Perhaps("lastReportedAt", Instant("When it last reported on a job, as far as is known.")),
            Always("silent", Flag(
                "Nothing is heard of it: it has not asked for a minute, and is late with every job that it holds.")),
            Always("late15m", Whole("Its heartbeats of the last 15 minutes that came after two thirds of their lease.", 0)),
            Always("lost15m", Whole("Leases that it lost in the last 15 minutes.", 0)))),
        ("UncoveredType", Object(
            "Jobs of a queue and type that could be handed out, and that no worker asks for.",
            Always("queue", Text("The queue; it is not paused.")), Always("type", Text("The type.")),
            Always("ready", Whole("How many.", 1)),
            Always("oldestSeconds", Number("For how long the one that waits for longest has been ready.", 0)),
            Always("since", Instant("Since when they wait and nobody asks.")))),
    ];
}
