using Microsoft.OpenApi;
using static JobOrchestrator.Http.OpenApi.Schema;

namespace JobOrchestrator.Http.OpenApi;

internal sealed partial class ApiSchemas
{
    /// <summary>What jobs did over time.</summary>
    private IEnumerable<(string Name, OpenApiSchema Schema)> MakeStats() =>
    [
        ("Stats", Object(
            "What jobs did over time.",
            Always("from", Instant("When the first step begins.")), Always("to", Instant("When the last one ends.")),
            Always("step", Whole("Seconds of a step.", 1)), Always("asOf", Instant("When this was so.")),
            Always("since", Instant("From when on anything of such steps is known.")),
            Always("series", List(Reference("StatsSeries"), "The lines.")),
            Always("gaps", List(Reference("StatsGap"), "What nothing was recorded of.")),
            Always("missing", List(Whole("A shard's number.", 0), "Shards that nobody holds at the moment: sums leave them out.")),
            Always("marks", List(Reference("Mark"), "What happened meanwhile, the last 100.")))),
        ("StatsSeries", Object(
            "One line.",
            Always("metric", Text("Its metric.")), Always("unit", Text("Of its values: `jobs`, `attempts`, `s`, …")),
            Always("labels", new OpenApiSchema
            {
                Type = JsonSchemaType.Object,
                Description = "What it is told apart by.",
                AdditionalProperties = Text(""),
            }),
            Perhaps("rest", Flag(
                "True: of all queues or types together that have no line of their own. Its label says `other`; so does that of a queue or "
                + "type that is really called so, which has its own line, without `rest`.")),
            Always("values", List(Number("", 0).OrNull(), "By steps; null: nothing is known of it.")))),
        ("StatsGap", Object(
            "A while of which nothing was recorded.",
            Always("from", Instant("Its begin.")), Always("to", Instant("Its end.")),
            Always("reason", Text("`not-recorded`: the service was not there yet, or does not keep such steps for so long.")))),
    ];
}
