using Microsoft.OpenApi;
using static JobOrchestrator.Http.OpenApi.Schema;

namespace JobOrchestrator.Http.OpenApi;

internal sealed partial class ApiSchemas
{
    /// <summary>Who holds the shards.</summary>
    private IEnumerable<(string Name, OpenApiSchema Schema)> MakeReplicas() =>
    [
        ("Replicas", Object(
            "Who holds the shards.",
            Always("replicas", List(Reference("Replica"), "The replicas, by name.")),
            Always("missing", List(Whole("A shard's number.", 0), "Shards that nobody holds at the moment.")),
            Perhaps("storeType", Text("What kind of component the state store is to the sidecar, such as `state.redis`.")),
            Perhaps("transactions", Text("Whether the state store `rolls back` a transaction that it refuses, or `does not roll back`: "
                + "then a commit takes two writes.")),
            Always("asOf", Instant("When this was so.")))),
        ("Replica", Object(
            "A replica.",
            Always("name", Text("Its name.")), Perhaps("version", Text("The version that it runs.")),
            Always("memoryBytes", Long("What it has in managed memory.", 0)),
            Always("since", Instant("Since when it holds the shard that it holds for longest.")),
            Always("live", Long("Jobs that have not ended.", 0)),
            Always("waiting", Whole("Commands that wait: for their turn, or for a job that can be handed out.", 0)),
            Always("commits", Reference("ReplicaCommits")), Always("outbox", Reference("ReplicaOutbox")),
            Always("shards", List(Reference("HeldShard"), "Its shards, by number.")))),
        ("ReplicaCommits", Object(
            "The commits of the last five minutes.",
            Always("perSecond", Number("How many a second.", 0)),
            Perhaps("p50Seconds", Number("What half of them did not exceed.", 0)),
            Perhaps("p99Seconds", Number("What 99 of 100 did not exceed.", 0)))),
        ("ReplicaOutbox", Object(
            "Events that the broker has not got.",
            Always("pending", Long("How many.", 0)),
            Always("oldestSeconds", Number("For how long the oldest of them has waited.", 0)))),
        ("HeldShard", Object(
            "A shard.",
            Always("shard", Whole("Its number.", 0)), Always("epoch", Long("Grows with every taking over.", 0)),
            Always("since", Instant("Since when it is held so.")), Always("live", Long("Jobs that have not ended.", 0)),
            Always("eventsPending", Long("Events that the broker has not got.", 0)))),
    ];
}
