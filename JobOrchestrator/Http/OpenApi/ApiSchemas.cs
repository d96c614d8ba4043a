using System.Text.Json.Nodes;
using Microsoft.OpenApi;

namespace JobOrchestrator.Http.OpenApi;

/// <summary>The documents of the API, as its own document describes them.</summary>
internal static class ApiSchemas
{
    /// <summary>Every schema, by name.</summary>
    public static Dictionary<string, IOpenApiSchema> Make(OpenApiDocument document) => new()
    {
        ["Submission"] = Object("A job to run. Every member may be left out.", SubmissionMembers()),
        ["Start"] = Object("A job to run, and how long to wait for it.",
            [
                ("initialTimeout", Number(
                    "Milliseconds to wait for the job's end; 0 or absent: not at all. More than the cap is the cap.")),
                ("parameters", Any("The job's input, as an object. Instead of input.")),
                .. SubmissionMembers(),
            ]),
        ["Move"] = Object("What to change of a waiting job; at least one.",
            ("priority", Whole("Higher first.")),
            ("runAt", Instant("Not before."))),
        ["Job"] = Object("A job. Members without a value are left out.", JobMembers(document)),
        ["LeasedJob"] = Object("A job in the hands of a worker.",
            [
                ("leaseToken", Text("Proves the lease with every report.")),
                ("leaseExpiresAt", Instant("When the lease ends without another heartbeat.")),
                .. JobMembers(document),
            ]),
        ["Standing"] = Object("How a job stands after a report.",
            ("id", Uuid("The job.")), ("status", Words(Shards.Words.Statuses)), ("attempt", Whole("The number of the last attempt.")),
            ("sequence", Whole("Grows with every published change.")), ("runAt", Instant("When it may be handed out again."))),
        ["Backoff"] = Object("The pause before a job is tried again.",
            ("kind", Words(Shards.Words.Backoffs)), ("seconds", Number("The first pause.")),
            ("maxSeconds", Number("No pause is longer.")), ("jitter", Number("0 to 1: the share by which a pause is moved at random."))),
        ["Progress"] = Object("How far a worker says it is.",
            ("percent", Number("0 to 100. If its worker ever told one: 100 once the job has completed.")), ("message", Text("One line."))),
        ["JobError"] = Object("Why a job or an attempt did not succeed.",
            ("type", Text("The kind, as a URI reference.")), ("title", Text("One line.")),
            ("status", Whole("The HTTP status that fits the error, 400 to 599, if the worker named one.")),
            ("detail", Any("Whatever the worker wrote."))),
        ["Attempt"] = Object("One attempt.",
            ("number", Whole("From 1.")), ("worker", Text("Who ran it.")), ("startedAt", Instant("When it was leased.")),
            ("endedAt", Instant("When it ended.")),
            ("outcome", Words("Completed", "Failed", "LeaseLost", "Released", "Cancelled", "TimedOut", "Refused", "Replaced")),
            ("error", Text("The error's title."))),
        ["BatchOutcome"] = Object("What became of one entry of a batch.",
            ("status", Whole("The HTTP status that submitting it alone would have had.")), ("location", Text("Where the job is.")),
            ("job", Reference("Job", document)), ("problem", Reference("Problem", document))),
        ["Lease"] = Object("What a worker takes.",
            ("worker", Text("The worker's name.")), ("max", Whole("Most jobs, 1 to 1,000. 1.")),
            ("wait", Number("Seconds to wait for the first. 0.")),
            ("types", List(Text("A type."), "Only these; absent: any.")),
            ("queues", List(Text("A queue."), "Further queues, in order of preference."))),
        ["Heartbeat"] = Object(
            "A sign of life.",
            Report(("progress", Reference("Progress", document)), ("state", Any("A checkpoint for the next attempt.")))),
        ["LeaseExtended"] = Object("The lease, extended.",
            ("leaseExpiresAt", Instant("When it ends without another heartbeat.")),
            ("cancelRequested", Flag("Stop: the job is to be cancelled."))),
        ["Complete"] = Object("Success.", Report(("result", Any("The result.")))),
        ["Fail"] = Object("An error.", Report(
            ("error", Any("A text, or an object with title, and perhaps type, status (400 to 599) and detail.")),
            ("retry", Flag("False: trying again cannot help. True.")))),
        ["Release"] = Object(
            "Back to the queue; the attempt is not spent.", Report(("delay", Number("Seconds before it is handed out again.")))),
        ["Reports"] = Object(
            "Many reports.",
            ("reports", List(Object("A report: jobId, action (heartbeat, complete, fail, release) and the members of that call.",
                ("jobId", Uuid("The job.")), ("action", Words("heartbeat", "complete", "fail", "release")),
                ("leaseToken", Text("The lease's token."))), "In order."))),
        ["ReportOutcomes"] = Object("One outcome per report, in their order.", ("outcomes", List(Object("An outcome.",
            ("jobId", Text("The job.")), ("status", Whole("The HTTP status of the single call.")),
            ("leaseExpiresAt", Instant("After a heartbeat.")),
            ("cancelRequested", Flag("After a heartbeat.")), ("problem", Reference("Problem", document))), "The outcomes."))),
        ["Queue"] = Object("A queue in numbers.",
            ("name", Text("Its name.")), ("paused", Flag("Nothing is handed out.")), ("depth", Whole("Jobs that wait.")),
            ("ready", Whole("Of these, ready now.")), ("scheduled", Whole("Of these, waiting for their time.")),
            ("leased", Whole("Jobs in the hands of workers.")),
            ("oldestAgeSeconds", Number("How long the job that has been ready longest has waited; absent when none is ready."))),
        ["Audit"] = Object("Whether everything adds up.",
            ("holds", Flag("Nothing is missing, and nothing there too often.")),
            ("shards", List(
                Object("A shard's accounts.",
                    ("shard", Whole("Its number, from 0.")),
                    ("since", Instant("When it began to count; what was live then counts as accepted.")),
                    ("accepted", Whole("Jobs that were accepted.")), ("live", Whole("Jobs that have not ended.")),
                    ("completed", Whole("Jobs that ended so.")), ("failed", Whole("Jobs that ended so.")),
                    ("cancelled", Whole("Jobs that ended so.")),
                    ("died", Whole("Jobs that lived in a replica's memory only (durable: false) and went with it.")),
                    ("difference", Whole("Accepted jobs that are missing; below 0: that are there too often.")),
                    ("started", Whole("Attempts that were begun.")), ("events", Whole("Events that were committed.")),
                    ("published", Whole("Of these, those that the broker has or that were set aside.")),
                    ("eventsDifference", Whole("Events that are missing, once none waits; below 0: that are there too often."))),
                "One a shard."))),
        ["RetryCount"] =
            Object("How many ran again.", ("retried", Whole("New jobs.")), ("skipped", Whole("Left, because another job has their key.")),
                ("more", Flag("Others may be left.")), ("cursor", Text("Where the next request goes on, if there is more."))),
        ["PurgeCount"] = Object(
            "How many were forgotten.", ("purged", Whole("Forgotten.")), ("more", Flag("Others may be left.")),
            ("cursor", Text("Where the next request goes on, if there is more."))),
        ["EventsPage"] = Object(
            "Some events.",
            ("events", List(Any("A CloudEvent."), "In commit order.")),
            ("cursor", Text("The place behind them: pass it as after."))),
        ["Problem"] = Object("Why not (RFC 9457).",
            ("type", Text("The kind; a page that explains it.")), ("title", Text("One line, the same for every occurrence.")),
            ("status", Whole("The HTTP status.")),
            ("detail", Text("What it is about this time.")), ("retryable", Flag("The same request can succeed later.")),
            ("jobId", Uuid("The job that it is about.")),
            ("index", Whole("The entry of a batch, from 0.")), ("errors", Any("What is not allowed, by JSON pointer.")),
            ("error", Reference("JobError", document)), ("traceId", Text("By which the service's log knows the request."))),
    };

    public static OpenApiSchema List(IOpenApiSchema items, string text = "") =>
        new() { Type = JsonSchemaType.Array, Items = items, Description = text };

    public static IOpenApiSchema Reference(string name, OpenApiDocument document) => new OpenApiSchemaReference(name, document);

    private static (string, IOpenApiSchema)[] SubmissionMembers() =>
    [
        ("owner", Text("The service that the job belongs to; it gets the events.")),
        ("type", Text("Which handler runs it. simulate.")),
        ("queue", Text("Where it waits. default.")),
        ("input", Any("What the worker gets, byte for byte.")),
        ("state", Any("A checkpoint to start from.")),
        ("externalId", Text("Your own id, unique among the owner's jobs in the queue while the job is live.")),
        ("maxRetries", WholeOr("unlimited", "N means N + 1 attempts; `unlimited`: tried without end. 3.")),
        ("backoff", Any("kind (fixed, linear, exponential), seconds, maxSeconds, jitter. Exponential from 1 s to 5 minutes, jitter 0.1.")),
        ("leaseSeconds", Whole("Silence allowed between two heartbeats, 1 to 86,400. 30.")),
        ("timeLimitSeconds", Whole("Time allowed in all; then the job is cancelled.")),
        ("runAt", Instant("Not before.")),
        ("delaySeconds", Number("Not before so many seconds from now. Instead of runAt.")),
        ("priority", Whole("Higher first. 0.")),
        ("uniqueKey", Text("No second job of the owner with this key in this queue while the job is live.")),
        ("uniqueSeconds", Whole("… and for so long after its creation.")),
        ("durable", Flag("False: kept in memory only. True.")),
    ];

    private static (string, IOpenApiSchema)[] JobMembers(OpenApiDocument document) =>
    [
        ("id", Uuid("UUID version 7.")), ("externalId", Text("The caller's own id.")), ("type", Text("Which handler.")),
        ("queue", Text("Where it waits.")),
        ("owner", Text("The service that it belongs to.")), ("status", Words(Shards.Words.Statuses)), ("input", Any("The caller's JSON.")),
        ("state", Any("The worker's checkpoint.")), ("result", Any("The outcome.")), ("progress", Reference("Progress", document)),
        ("error", Reference("JobError", document)), ("attempt", Whole("The number of the last attempt; 0 before the first.")),
        ("maxRetries", WholeOr("unlimited", "N means N + 1 attempts; `unlimited`: tried without end.")),
        ("backoff", Reference("Backoff", document)),
        ("leaseSeconds", Whole("Silence allowed.")),
        ("timeLimitSeconds", Whole("Time allowed in all.")), ("runAt", Instant("Not before.")), ("priority", Whole("Higher first.")),
        ("uniqueKey", Text("The unique key.")), ("uniqueSeconds", Whole("Its window.")),
        ("cancelRequested", Flag("A cancel is under way.")),
        ("attempts", List(Reference("Attempt", document), "The last 20.")),
        ("sequence", Whole("Grows with every published change; the ETag.")),
        ("durable", Flag("False: kept in memory only.")), ("traceparent", Text("The trace that submitted it.")),
        ("retryOf", Uuid("The finished job that this one runs again.")),
        ("retriedAs", Uuid("The job that runs this one again.")), ("createdAt", Instant("")), ("startedAt", Instant("")),
        ("updatedAt", Instant("")),
        ("finishedAt", Instant("")), ("expiresAt", Instant("When a finished job is forgotten.")),
    ];

    private static (string, IOpenApiSchema)[] Report(params (string, IOpenApiSchema)[] members) =>
        [("leaseToken", Text("The lease's token.")), .. members];

    private static OpenApiSchema Object(string text, params (string Name, IOpenApiSchema Schema)[] members) => new()
    {
        Type = JsonSchemaType.Object,
        Description = text,
        Properties = members.ToDictionary(member => member.Name, member => member.Schema),
    };

    private static OpenApiSchema Text(string text) => new() { Type = JsonSchemaType.String, Description = text };

    private static OpenApiSchema Uuid(string text) => new() { Type = JsonSchemaType.String, Format = "uuid", Description = text };

    private static OpenApiSchema Instant(string text) => new() { Type = JsonSchemaType.String, Format = "date-time", Description = text };

    private static OpenApiSchema Whole(string text) => new() { Type = JsonSchemaType.Integer, Description = text };

    private static OpenApiSchema WholeOr(string word, string text) => new()
    {
        OneOf = [new OpenApiSchema { Type = JsonSchemaType.Integer }, Words([word])],
        Description = text,
    };

    private static OpenApiSchema Number(string text) => new() { Type = JsonSchemaType.Number, Description = text };

    private static OpenApiSchema Flag(string text) => new() { Type = JsonSchemaType.Boolean, Description = text };

    /// <summary>Any JSON: a schema without a type.</summary>
    private static OpenApiSchema Any(string text) => new() { Description = text };

    public static OpenApiSchema Words(params string[] words) =>
        new() { Type = JsonSchemaType.String, Enum = [.. words.Select(word => (JsonNode)word)] };
}
