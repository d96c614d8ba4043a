using Microsoft.OpenApi;
using static JobOrchestrator.Http.OpenApi.Schema;

namespace JobOrchestrator.Http.OpenApi;

internal sealed partial class ApiSchemas
{
    /// <summary>A job's events.</summary>
    private IEnumerable<(string Name, OpenApiSchema Schema)> MakeChanges() =>
    [
        ("JobChanges", Object(
            "A job's events that are still in the feed.",
            Always("jobId", Uuid("The job.")),
            Always("sequence", Long("How many it has had: the number of the last.", 0)),
            Always("changes", List(Reference("JobChange"), "In their order.")),
            Perhaps("next", Text("Pass it as `cursor` to go on.")),
            Always("asOf", Instant("When this was so.")))),
        ("JobChange", Object(
            "An event of a job.",
            Always("sequence", Long("Its number among the job's.", 1)),
            Always("type", Text("`job.created`, `job.updated`, `job.completed`, `job.failed` or `job.cancelled`.")),
            Always("occurredAt", Instant("When it came to be.")),
            Always("publication", Words(
                "`taken`: the broker has it, or refused it for good before the service began. `waiting`: it waits, or stands behind such "
                    + "as do. `refused`: the broker refused it for good, since the service began, and only the feed has it. `none`: "
                    + "events of its kind have no topic. `coalesced`: a report of progress, of which the broker gets one now and then.",
                "waiting",
                "taken",
                "refused",
                "none",
                "coalesced")),
            Perhaps("publishedAt", Instant("By when the broker took it, to a tenth of a second; known of the latest events, since the "
                + "service began.")),
            Always("event", Reference("CloudEvent")))),
    ];
}
