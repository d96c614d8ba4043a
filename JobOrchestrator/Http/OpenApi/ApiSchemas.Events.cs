using Microsoft.OpenApi;
using static JobOrchestrator.Http.OpenApi.Schema;

namespace JobOrchestrator.Http.OpenApi;

internal sealed partial class ApiSchemas
{
    private IEnumerable<(string Name, OpenApiSchema Schema)> MakeEvents() =>
    [
        ("EventsPage", Object(
            "Some events.",
            Always("events", List(Reference("CloudEvent"), "In commit order.")),
            Always("cursor", Text("The place behind them: pass it as after.")))),
        ("CloudEvent", Object(
            "A change of a job (CloudEvents 1.0).",
            Always("specversion", Text("`1.0`.")), Always("id", Text("By which repeats are dropped.")),
            Always("type", Text("`job.created`, `job.updated`, `job.completed`, `job.failed` or `job.cancelled`.")),
            Always("source", Text("The service that published it, as a URI reference.")), Always("subject", Text("The job's id.")),
            Always("time", Instant("When it happened.")), Always("datacontenttype", Text("`application/json`.")),
            Perhaps("traceparent", Text("The trace that submitted the job.")),
            Perhaps("tracestate", Text("What its vendors keep beside it.")), Always("data", Reference("JobEvent")))),
        ("JobEvent", Object(
            "What an event says of its job.",
            Always("jobId", Uuid("The job.")), Perhaps("owner", Text("The service that it belongs to.")),
            Always("type", Text("Which handler.")), Always("queue", Text("Where it waits or waited.")),
            Perhaps("labels", Reference("Labels")),
            Always("status", Reference("JobStatus")), Perhaps("previousStatus", Text("How it stood before, as status.")),
            Always("sequence", Long("Grows with every published change.", 1)), Always("attempt", Whole("The last attempt.", 0)),
            Perhaps("progress", Reference("Progress")), Always("occurredAt", Instant("When it happened.")),
            Perhaps("durationSeconds", Number("From its first lease, or its creation, to its end.", 0)),
            Perhaps("error", Text("The error's title.")), Perhaps("payloadUri", Text("Where its result is.")),
            Perhaps("unpublished", List(Reference("EventKind"), "Kinds of the job's events that the broker does not get, by choice.")),
            Perhaps("coalesced", Flag("Of the job's progress the broker does not get every report, by choice.")))),
    ];

    private IEnumerable<(string Name, OpenApiSchema Schema)> MakeOutcomes() =>
    [
        ("BatchOutcome", Object(
            "What became of one entry of a batch.",
            Always("status", Whole("The HTTP status that submitting it alone would have had.")),
            Perhaps("location", Address("Where the job is.")), Perhaps("job", Reference("Job")),
            Perhaps("problem", Reference("Problem")))),
        ("Problem", Object(
            "Why not (RFC 9457).",
            Always("type", Text("The kind; a page that explains it.")),
            Always("title", Text("One line, the same for every occurrence.")), Always("status", Whole("The HTTP status.", 400, 599)),
            Always("detail", Text("What it is about this time.")), Always("retryable", Flag("The same request can succeed later.")),
            Perhaps("jobId", Uuid("The job that it is about.")),
            Perhaps("index", Whole("The entry of a batch, from 0.", 0)),
            Perhaps("errors", new OpenApiSchema
            {
                Type = JsonSchemaType.Object,
                AdditionalProperties = List(Text("What is allowed.")),
                Description = "What is not allowed, by JSON pointer.",
            }),
            Perhaps("queryErrors", List(Reference("QueryError"), "What is wrong with `q`, in the order of its text.")),
            Perhaps("error", Reference("JobError")), Always("traceId", Text("By which the service's log knows the request.")))),
    ];
}
