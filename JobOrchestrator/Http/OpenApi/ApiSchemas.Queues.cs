using Microsoft.OpenApi;
using static JobOrchestrator.Http.OpenApi.Schema;

namespace JobOrchestrator.Http.OpenApi;

internal sealed partial class ApiSchemas
{
    /// <summary>Queues, accounts and health.</summary>
    private IEnumerable<(string Name, OpenApiSchema Schema)> MakeQueues() =>
    [
        ("Queue", Object(
            "A queue in numbers.",
            Always("name", Text("Its name.")), Always("paused", Flag("Nothing is handed out.")),
            Always("depth", Whole("Jobs that wait.", 0)), Always("ready", Whole("Of these, ready now.", 0)),
            Always("scheduled", Whole("Of these, waiting for their time.", 0)),
            Always("leased", Whole("Jobs in the hands of workers.", 0)),
            Perhaps(
                "oldestAgeSeconds",
                Number("How long the job that has been ready longest has waited; absent when none is ready.", 0)),
            Perhaps("pausedAt", Instant("Since when it is paused.")),
            Perhaps("pausedBy", Text("The name of the key that paused it. For keys that operate it.")),
            Perhaps("pauseReason", Text("Why. For keys that operate it.")),
            Perhaps("events", List(Reference("EventKind"), "The kinds of its jobs' events that are published; absent: all.")))),
        ("QueueChange", Request(
            "What is set of a queue.", Always("events", List(Reference("EventKind"), "The kinds to publish.")))),
        ("Pause", Object(
            "Why a queue is paused.", Perhaps("reason", Text("For people who find it paused.", Bounds.ReasonMax)))),
        ("RetryCount", Object(
            "How many ran again.",
            Always("retried", Whole("New jobs.", 0)), Always("skipped", Whole("Left, because another job has their key.", 0)),
            Always("more", Flag("Others may be left.")),
            Perhaps("cursor", Text("Where the next request goes on, if there is more.")))),
        ("PurgeCount", Object(
            "How many were forgotten.",
            Always("purged", Whole("Forgotten.", 0)), Always("more", Flag("Others may be left.")),
            Perhaps("cursor", Text("Where the next request goes on, if there is more.")))),
        ("Audit", Object(
            "Whether everything adds up.",
            Perhaps("holds", Flag("Nothing is missing, and nothing there too often. Left out: so far as is known; shards are missing.")),
            Always("shards", List(Reference("ShardAudit"), "One a shard.")),
            Always("missing", List(
                Whole("A shard's number.", 0), "Shards that nobody holds at the moment: their accounts are not known.")))),
        ("ShardAudit", Object(
            "A shard's accounts.",
            Always("shard", Whole("Its number, from 0.", 0)),
            Always("since", Instant("When it began to count; what was live then counts as accepted.")),
            Always("accepted", Long("Jobs that were accepted.")), Always("live", Long("Jobs that have not ended.")),
            Always("completed", Long("Jobs that ended so.")), Always("failed", Long("Jobs that ended so.")),
            Always("cancelled", Long("Jobs that ended so.")),
            Always("died", Long("Jobs that lived in a replica's memory only (durable: false) and went with it.")),
            Always("difference", Long("Accepted jobs that are missing; below 0: that are there too often.")),
            Always("started", Long("Attempts that were begun.")), Always("events", Long("Events that were committed.")),
            Always("published", Long("Of these, those that the broker has or that were set aside.")),
            Always("eventsDifference", Long("Events that are missing, once none waits; below 0: that are there too often.")))),
        ("Live", Object("The process answers.", Always("status", Text("`live`.")))),
        ("Ready", Object(
            "Whether jobs are taken.",
            Always("status", Text(
                "`ready`: jobs are taken; `degraded`: they are, and a person should look at the reasons; `not ready`: they are not.")),
            Perhaps("shards", Whole("How many shards the store has; null while it is not known.")),
            Perhaps("transactions", Text("What the store was found to do with a refused transaction; null while it is not known.")),
            Perhaps("reasons", List(Text("A reason."), "Why jobs are not taken, and what a person should look at.")))),
    ];
}
