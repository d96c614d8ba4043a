using System.Text.Json.Nodes;
using JobOrchestrator.Core;
using JobOrchestrator.Search;
using Microsoft.OpenApi;

namespace JobOrchestrator.Http.OpenApi;

/// <summary>The problems of the API's document: an example of each, as it is answered, and the headers that come with it.</summary>
internal static class ProblemDocs
{
    private const string Job = CommonDocs.ExampleId;

    /// <summary>An example of each, by the problem's name.</summary>
    public static Dictionary<string, IOpenApiExample> Make(IEnumerable<ProblemType> types) => types
        .OrderBy(type => type.Name, StringComparer.Ordinal)
        .ToDictionary(
            type => type.Name,
            type => (IOpenApiExample)new OpenApiExample { Summary = type.Title, Value = JsonNode.Parse(Bytes(Example(type))) });

    /// <summary>What may be found of a job after it was waited for; the answer then says how long was granted.</summary>
    private static readonly ProblemType[] AfterWaiting =
    [
        ProblemType.JobNotFound, ProblemType.JobPurged, ProblemType.JobNotFinished, ProblemType.JobCancelled, ProblemType.JobFailed,
    ];

    /// <summary>The headers that come with a problem, of <see cref="ResponseHeaders"/>.</summary>
    /// <param name="type">The problem.</param>
    /// <param name="waits">The operation can be asked to wait.</param>
    public static IEnumerable<string> HeadersOf(ProblemType type, bool waits)
    {
        if (waits && AfterWaiting.Contains(type))
        {
            yield return ResponseHeaders.PreferenceApplied;
        }

        Problem example = Example(type);
        if (example.Location is not null)
        {
            yield return ResponseHeaders.Location;
        }

        if (example.RetryAfter is not null)
        {
            yield return ResponseHeaders.RetryIn;
        }

        if (type == ProblemType.Unauthorized)
        {
            yield return ResponseHeaders.Authenticate;
        }

        if (type == ProblemType.UnsupportedContentEncoding)
        {
            yield return ResponseHeaders.AcceptEncoding;
        }
    }

    private static byte[] Bytes(Problem problem) => JsonAnswer.ToUtf8(
        problem, static (writer, problem) => Problems.Write(writer, problem, "4bf92f3577b34da6a3ce929d0e0e4736"));

    private static JobId Id => JobId.TryParse(Job, out JobId id)
        ? id
        : throw new InvalidOperationException($"{Job} is no id.");

    private static Problem Example(ProblemType type) => type.Name switch
    {
        "malformed-request" => new(type, "Query parameter limt: Not known. Did you mean limit?"),
        "invalid-request" => Problems.NotAllowed("/leaseSeconds", "A whole number from 1 to 86400."),
        "query-malformed" => new(type, "`statsu` is no field; did you mean `status`?")
        {
            Errors = [new Violation("?q", "`statsu` is no field; did you mean `status`?")],
            QueryErrors = [new JobQueryError(0, 6, "`statsu` is no field; did you mean `status`?", "status")],
        },
        "query-too-broad" => new(type, "It only says what is not wanted: add what is, such as status:failed, queue:… or younger:1d."),
        "unsupported-media-type" => Problems.NotJson,
        "unsupported-content-encoding" => new(
            type, "The body's Content-Encoding 'zstd' is not taken; one of these is: gzip, br, deflate, identity."),
        "too-large" => new(type, "The body is larger than the server takes."),
        "request-timeout" => new(type, "The body did not arrive in time."),
        "unauthorized" => new(type, "Send a known API key."),
        "forbidden" => new(type, "This key may not submit into queue 'default'."),
        "authority-unavailable" => Problems.AuthorityAway,
        "no-tickets" => new(type, "The service asks for no key, so no ticket is needed."),
        "cross-site-request" => new(type, "A page of another origin sent this. Api:Origins names those that may."),
        "foreign-host" => Problems.ForeignHost("example.org"),
        "job-not-found" => Problems.JobNotFound,
        "job-purged" => new(type, "The job was forgotten on request."),
        "cursor-expired" => new(type, "Events after this cursor are no longer kept."),
        "duplicate-job" => new(type, $"Job {Job} has the externalId or the unique key.")
        {
            JobId = Id,
            Location = Id,
            RetryAfter = 1,
        },
        "idempotency-key-reused" => new(type, "The Idempotency-Key came with another request before.") { JobId = Id },
        "stale-lease" => new(type, "The job is InProgress in attempt 2, and the token does not hold its lease.") { JobId = Id },
        "already-finished" => new(type, "The job ended as Completed.") { JobId = Id },
        "job-not-finished" => new(type, "The job is InProgress.") { JobId = Id, RetryAfter = 1 },
        "job-not-waiting" => new(type, "The job is InProgress.") { JobId = Id },
        "job-cancelled" => new(type, "The job was cancelled.")
        {
            JobId = Id,
            Error = new JobError(JobError.Cancelled, "The job was cancelled."),
        },
        "job-failed" => new(type, "No paper.")
        {
            JobId = Id,
            Error = new JobError("https://example.org/no-paper", "No paper.", null, 503),
        },
        "sequence-mismatch" => new(type, "The job is at sequence 3.") { JobId = Id },
        "queue-stored-apart" => new(type, "Queue 'reports' is stored apart from the job. Cancel the job, and submit it to that queue.")
        {
            JobId = Id,
        },
        "changed-since-counted" => new(type, "260 jobs match, and 201 were counted. Nothing was done."),
        "action-not-found" => new(type, "None of the last 200 actions has this id, or it is not yours to see."),
        "not-undoable" => new(type, "What was purged is gone."),
        "queue-full" => new(type, "Queue 'default' holds its 100000 waiting jobs.") { RetryAfter = RetryAfter.WhenFull },
        "too-busy" => new(type, "Nothing was done. Try again.") { RetryAfter = RetryAfter.WhenFull },
        "batch-spans-shards" => new(
            type, "Queues 'default' and 'reports' are stored apart. Send a batch for each, or ?atomic=false."),
        "store-unavailable" => new(type, "Nothing was written. Try again.") { RetryAfter = RetryAfter.WhenDown },
        "outcome-unknown" => new(type, "It may or may not have been written. Repeat it with the same Idempotency-Key.")
        {
            RetryAfter = RetryAfter.WhenDown,
        },
        "internal-error" => Problems.InternalError,
        _ => throw new InvalidOperationException($"The API's document has no example of {type.Name}."),
    };
}
