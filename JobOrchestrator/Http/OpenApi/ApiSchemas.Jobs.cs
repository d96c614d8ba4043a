using JobOrchestrator.Core;
using Microsoft.OpenApi;
using static JobOrchestrator.Http.OpenApi.Schema;

namespace JobOrchestrator.Http.OpenApi;

internal sealed partial class ApiSchemas
{
    private IEnumerable<(string Name, OpenApiSchema Schema)> MakeJobs() =>
    [
        ("Submission", Request("A job to run. Every member may be left out.", SubmissionMembers())),
        ("Start", Request(
            "A job to run, and how long to wait for it.",
            [
                Perhaps("initialTimeout", Reference("InitialTimeout")),
                Perhaps("parameters", Any("The job's input, as an object. Instead of input.")),
                .. SubmissionMembers(),
            ])),
        ("Move", Request(
            "What to change of a job; at least one. Priority, time and queue while it waits, labels until it ends.",
            Perhaps("priority", Whole("Higher first.")), Perhaps("runAt", Instant("Not before.")),
            Perhaps("labels", LabelsOf(Text("The value.", JobLabels.ValueCharactersMax).OrNull(),
                "Labels to set, and by null to take away; the others stay.", 2 * JobLabels.CountMax)),
            Perhaps("queue", Name("Where to wait from now on: a queue that is stored together with the job's.")))),
        ("Labels", LabelsOf(
            Text("The value.", JobLabels.ValueCharactersMax),
            "What the job is filed under. A key has letters of ASCII, digits, dots, underscores and minus signs, "
            + $"{JobLabels.KeyCharactersMax} at most, and begins with a letter or digit.",
            JobLabels.CountMax)),
        ("Job", Object(
            "A job. Members without a value are left out.",
            [
                .. JobMembers(),
                Perhaps("inputBytes", Whole("Instead of input, for who may not read payloads: how long it is.", 0)),
                Perhaps("stateBytes", Whole("Instead of state.", 0)),
                Perhaps("resultBytes", Whole("Instead of result.", 0)),
            ])),
        ("LeasedJob", Object(
            "A job in the hands of a worker.",
            [
                Always("leaseToken", Text("Proves the lease with every report.")),
                Always("leaseExpiresAt", Instant("When the lease ends without another heartbeat.")),
                .. JobMembers(),
            ])),
        ("Backoff", Object(
            "The pause before a job is tried again. A submission without one: exponential from 1 s to 5 minutes, jitter 0.1.",
            Perhaps("kind", Reference("BackoffKind")), Perhaps("seconds", Reference("BackoffSeconds")),
            Perhaps("maxSeconds", Reference("BackoffMaxSeconds")), Perhaps("jitter", Reference("BackoffJitter")))),
        ("Progress", Object(
            "How far a worker says it is.",
            Perhaps("percent", Number("How much is done.", 0, 100)), Perhaps("message", Text("One line.")))),
        ("JobError", Object(
            "Why a job or an attempt did not succeed.",
            Always("type", Text("The kind, as a URI reference.")), Always("title", Text("One line.")),
            Perhaps("status", Whole("The HTTP status that fits the error, if the worker named one.", 400, 599)),
            Perhaps("detail", Any("Whatever the worker wrote.")),
            Perhaps("detailBytes", Whole("Instead of detail, for who may not read payloads: how long it is.", 0)))),
        ("Attempt", Object(
            "One attempt.",
            Always("number", Whole("From 1.", 1)), Always("worker", Text("Who ran it.")),
            Always("startedAt", Instant("When it was leased.")), Perhaps("endedAt", Instant("When it ended.")),
            Perhaps("outcome", Reference("AttemptOutcome")), Perhaps("error", Text("The error's title.")),
            Perhaps("heartbeats", Whole("How many heartbeats extended its lease or brought something; absent: none.", 1)),
            Perhaps("lastHeartbeatAt", Instant("When the last of them came.")),
            Perhaps("longestGapSeconds", Number(
                "The longest that the worker was silent, between the begin, the heartbeats and the end; while it runs, until the last of "
                + "them.",
                0)),
            Perhaps("afterSeconds", Number("Of a late report that was refused: how long after its attempt had ended it came.", 0)))),
    ];

    private Member[] SubmissionMembers() =>
    [
        Perhaps("owner", Name("The service that the job belongs to; it gets the events.")),
        Perhaps("type", Reference("NewJobType")),
        Perhaps("queue", Reference("NewJobQueue")),
        Perhaps("input", Any("What the worker gets, byte for byte.")),
        Perhaps("state", Any("A checkpoint to start from.")),
        Perhaps("externalId", Name(
            "Your own id, unique among the owner's jobs in the queue while the job is live.", Bounds.KeyMax)),
        Perhaps("maxRetries", Retries(
            "N, from 0 to 2147483647, means N + 1 attempts; `\"unlimited\"`: tried without end. "
            + $"{JobDefaults.MaxRetries} if it is not said.")),
        Perhaps("backoff", Reference("Backoff")),
        Perhaps("leaseSeconds", Reference("NewJobLeaseSeconds")),
        Perhaps("timeLimitSeconds", Whole("Time allowed in all; then the job is cancelled.", 1, int.MaxValue)),
        Perhaps("runAt", Instant("Not before.")),
        Perhaps("delaySeconds", Number("Not before so many seconds from now. Instead of runAt.", 0, Bounds.SecondsMax)),
        Perhaps("priority", Reference("NewJobPriority")),
        Perhaps("uniqueKey", Name("No second job of the owner with this key in this queue while the job is live.", Bounds.KeyMax)),
        Perhaps("uniqueSeconds", Whole("… and for so long after its creation. Only with a uniqueKey.", 0, Bounds.SecondsMax)),
        Perhaps("durable", Reference("NewJobDurable")),
        Perhaps("labels", Reference("Labels")),
    ];

    private Member[] JobMembers() =>
    [
        Always("id", Uuid("UUID version 7.")), Perhaps("externalId", Text("The caller's own id.")), Always("type", Text("Which handler.")),
        Always("queue", Text("Where it waits.")), Perhaps("owner", Text("The service that it belongs to.")),
        Perhaps("labels", Reference("Labels")),
        Always("status", Reference("JobStatus")),
        Always("phase", Reference("JobPhase")), Perhaps("input", Any("The caller's JSON.")),
        Perhaps("state", Any("The worker's checkpoint.")), Perhaps("result", Any("The outcome.")),
        Perhaps("progress", Reference("Progress")), Perhaps("error", Reference("JobError")),
        Always("attempt", Whole("The number of the last attempt; 0 before the first.", 0)),
        Always("maxRetries", Retries("N means N + 1 attempts; `\"unlimited\"`: tried without end.")),
        Always("backoff", Reference("Backoff")), Always("leaseSeconds", Whole("Silence allowed.", 1)),
        Perhaps("timeLimitSeconds", Whole("Time allowed in all.", 1)), Always("runAt", Instant("Not before.")),
        Always("priority", Whole("Higher first.")), Perhaps("uniqueKey", Text("The unique key.")),
        Perhaps("uniqueSeconds", Whole("Its window.", 0)), Always("cancelRequested", Flag("A cancel is under way.")),
        Perhaps("attempts", List(Reference("Attempt"), "The last 20.", 20)),
        Always("sequence", Long("Grows with every published change; the ETag.", 1)),
        Always("durable", Flag("False: kept in memory only.")), Perhaps("traceparent", Text("The trace that submitted it.")),
        Perhaps("tracestate", Text("What its vendors keep beside it.")),
        Perhaps("retryOf", Uuid("The finished job that this one runs again.")),
        Perhaps("retriedAs", Uuid("The job that runs this one again.")), Always("createdAt", Instant("When it was accepted.")),
        Perhaps("startedAt", Instant("When it was first leased.")), Always("updatedAt", Instant("When it last changed.")),
        Perhaps("finishedAt", Instant("When it ended.")), Perhaps("expiresAt", Instant("When a finished job is forgotten.")),
    ];

    private static OpenApiSchema LabelsOf(OpenApiSchema value, string text, int max) => new()
    {
        Type = JsonSchemaType.Object,
        AdditionalProperties = value,
        MaxProperties = max,
        Description = text,
    };

    /// <summary>
    /// A whole number or a word. By <c>oneOf</c> NSwag would make a number of it, or an enum, and stumble over the other when it reads a
    /// job, and a list with one such job in it; by <c>anyOf</c> it makes an empty class. Without a type it is <c>object</c> there, an
    /// untyped node in Kiota's clients and <c>unknown</c> in TypeScript: all three write and read both, and leave it out. A
    /// <c>default</c> would have openapi-typescript demand it.
    /// </summary>
    private static OpenApiSchema Retries(string text) => Any($"A whole number or a word. {text}");
}
