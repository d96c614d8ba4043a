using System.Collections.Frozen;

namespace JobOrchestrator.Http;

/// <summary>A kind of problem: its stable name, its answer, and the words of its page.</summary>
/// <param name="Name">The last part of <c>/problems/…</c>.</param>
/// <param name="Status">The HTTP status; null for what only stands in a job's <c>error</c>.</param>
/// <param name="Title">One line for people; the same for every occurrence.</param>
/// <param name="Retryable">The same request can succeed later.</param>
/// <param name="Cause">When it comes up.</param>
/// <param name="Remedy">What to do about it.</param>
internal sealed record ProblemType(string Name, int? Status, string Title, bool Retryable, string Cause, string Remedy)
{
    public static readonly ProblemType MalformedRequest = new(
        "malformed-request", 400, "The request cannot be read.", false,
        "The body is no well-formed JSON, a value is of the wrong type, a word is none of the known ones, or a header or a query "
            + "parameter cannot be read.",
        "Read detail: it names the place (line, byte, JSON pointer). Correct the request; the same one fails again.");

    public static readonly ProblemType InvalidRequest = new(
        "invalid-request", 422, "The request asks for something that is not allowed.", false,
        "The request is well formed, but a value is outside what is allowed, or two values exclude each other.",
        "Read errors: it gives each fault under the JSON pointer of its value.");

    public static readonly ProblemType QueryMalformed = new(
        "query-malformed", 400, "The query cannot be read.", false,
        "The text in q is no query: a field that is not known, a value that its field does not take, a quote that is not closed.",
        "Read queryErrors: each gives its place in the text (at, length), what is wrong, and what may have been meant. The grammar is in "
            + "docs/api.md.");

    public static readonly ProblemType QueryTooBroad = new(
        "query-too-broad", 422, "The query would read everything.", false,
        "Of finished jobs the query says too little: it only takes out, begins with fewer than three characters, or asks for what is "
            + "known only once each job is read (part of an error's title, how long it waited or ran).",
        "Read detail: it says what to add, such as queue:mail, type:send, younger:1d or status:new.");

    public static readonly ProblemType UnsupportedMediaType = new(
        "unsupported-media-type", 415, "The body is not declared as JSON.", false,
        "The Content-Type is missing, is not application/json (or ends otherwise than in +json), or names a charset other than UTF-8.",
        "Send Content-Type: application/json.");

    public static readonly ProblemType UnsupportedContentEncoding = new(
        "unsupported-content-encoding", 415, "The body is compressed in a way that is not taken.", false,
        "The Content-Encoding is not one of gzip, br and deflate, or there are several.",
        "Compress with one of those that the answer's Accept-Encoding names, or not at all.");

    public static readonly ProblemType TooLarge = new(
        "too-large", 413, "The request is too large.", false,
        "A value (input, state, result, detail), the body, or the number of entries is over its bound, or the state store refuses what "
            + "would be written.",
        "Keep large data elsewhere and submit a reference to it, or send several smaller requests. The bounds are settings: "
            + "Api:ValueBytesMax, Api:BodyBytesMax, Api:BatchBytesMax, Api:BatchItemsMax.");

    public static readonly ProblemType RequestTimeout = new(
        "request-timeout", 408, "The request took too long to arrive.", true,
        "The body came more slowly than the server waits for.",
        "Send it again over a better connection.");

    public static readonly ProblemType Unauthorized = new(
        "unauthorized", 401, "Unauthorized.", false,
        "The service asks for an API key, and the request carries none or one that is not known; a ticket that has run out, or whose key "
            + "is no longer there; or a token that is not the authority's, not for this service, or not in its time.",
        "Send Authorization: Bearer with your key, or X-Api-Key; sign in again for a new ticket or token. Read detail: it says which it "
            + "was.");

    public static readonly ProblemType Forbidden = new(
        "forbidden", 403, "This key may not do that.", false,
        "The API key is bound to an owner or to queues, and the request reaches beyond them.",
        "Use the owner and the queues of the key, or another key.");

    public static readonly ProblemType AuthorityUnavailable = new(
        "authority-unavailable", 503, "Whose token this is cannot be said now.", true,
        "The authority that signs tokens (Api:Jwt) does not answer, and the service has no keys of it by which this one could be checked. "
            + "API keys and tickets are taken as ever.",
        "Send it again after Retry-After.");

    public static readonly ProblemType NoTickets = new(
        "no-tickets", 400, "There are no tickets here.", false,
        "A ticket is made of an API key, and the service asks for none (Api:Keys is empty).",
        "Nothing: who calls is let in as it is.");

    public static readonly ProblemType CrossSiteRequest = new(
        "cross-site-request", 403, "A page of another site may not do that.", false,
        "A browser sent the request for a page of another origin (Sec-Fetch-Site, Origin), and it would change something. Programs send "
            + "neither header.",
        "Nothing, unless the page is yours: then name its origin in Api:Origins.");

    public static readonly ProblemType ForeignHost = new(
        "foreign-host", 400, "The service does not go by this name.", false,
        "The service was reached on this machine's own address, and Host names another machine: a name that was made to point here, or a "
            + "proxy that passes its own name on.",
        "Call it as localhost or 127.0.0.1. Behind a proxy name its host in AllowedHosts.");

    public static readonly ProblemType JobNotFound = new(
        "job-not-found", 404, "There is no such job.", false,
        "The id is not known, is no id at all, or belongs to a job of another owner; which of these is not told. Finished jobs are "
            + "forgotten after their retention (expiresAt).",
        "Check the id and, with API keys, that the key belongs to the job's owner.");

    public static readonly ProblemType RouteNotFound = new(
        "route-not-found", 404, "There is nothing at this address.", false,
        "No operation has this path.",
        "The operations are listed at /swagger.");

    public static readonly ProblemType MethodNotAllowed = new(
        "method-not-allowed", 405, "This address does not take this method.", false,
        "The path exists, the method is none of its.",
        "The header Allow names the methods that it takes.");

    public static readonly ProblemType JobPurged = new(
        "job-purged", 410, "The job was purged.", false,
        "The job was forgotten on request within the last 7 days; or a submission was repeated whose job was forgotten, on request or "
            + "after its retention, while its Idempotency-Key is still remembered.",
        "Nothing: it is gone for good. To run the same work once more, send it with a new Idempotency-Key.");

    public static readonly ProblemType CursorExpired = new(
        "cursor-expired", 410, "The cursor is older than the events that are kept.", false,
        "Events after this cursor have been deleted since, for their retention (one hour by default) is over, or they are lost.",
        "List the jobs to see how they stand, then read on with after=oldest or without after.");

    public static readonly ProblemType DuplicateJob = new(
        "duplicate-job", 409, "Another job has this key.", true,
        "A live job of the owner in the queue has the externalId, or one has the uniqueKey and its window is still open, be the job "
            + "itself kept or not.",
        "Location names that job, if it is kept. ?onDuplicate=return answers with it, ?onDuplicate=replace replaces it while it waits.");

    public static readonly ProblemType IdempotencyKeyReused = new(
        "idempotency-key-reused", 422, "The idempotency key came with another request before.", false,
        "An Idempotency-Key belongs to one request, byte for byte; this one was used for another within its window (one hour by default).",
        "Make a new key for each new request, and repeat a request with the same key and the same bytes.");

    public static readonly ProblemType StaleLease = new(
        "stale-lease", 409, "The lease token is not, or no longer, the job's.", false,
        "The lease ran out and the job was handed to another worker, has ended, or was given back; or the token was never valid.",
        "Stop working on this attempt: nothing that it reports counts any more. The refused report is noted in the job's attempts.");

    public static readonly ProblemType AlreadyFinished = new(
        "already-finished", 409, "The job has already ended.", false,
        "A completed or failed job cannot be cancelled.",
        "Nothing; GET the job to see how it ended.");

    public static readonly ProblemType JobNotFinished = new(
        "job-not-finished", 409, "The job has not ended yet.", true,
        "A result, a purge or a retry needs a job that has ended.",
        "Wait: Prefer: wait=N, the event stream, or again after Retry-After.");

    public static readonly ProblemType JobNotWaiting = new(
        "job-not-waiting", 409, "The job no longer waits.", false,
        "Priority and runAt can be changed only while the job waits in its queue.",
        "Nothing: a worker has it, or it has ended.");

    public static readonly ProblemType JobCancelled = new(
        "job-cancelled", 409, "The job was cancelled.", false,
        "The job was cancelled by request, so it has no result.",
        "Run it again with POST /jobs/{id}/retry if it is still wanted.");

    public static readonly ProblemType JobFailed = new(
        "job-failed", 500, "The job failed.", false,
        "The job's last attempt ended in an error, so it has no result. The member error tells what the worker reported.",
        "Mend the cause, then run it again with POST /jobs/{id}/retry.");

    public static readonly ProblemType SequenceMismatch = new(
        "sequence-mismatch", 412, "The job has changed since it was read.", false,
        "If-Match does not name the job's present sequence.",
        "GET the job, look whether the change is still wanted, and send it with the new ETag.");

    public static readonly ProblemType QueueStoredApart = new(
        "queue-stored-apart", 409, "The queue is stored apart from the job.", false,
        "A job was to go to a queue of another shard. Where a job is stored is part of its id, and a job keeps its id.",
        "Cancel the job and submit it to the other queue. With Store:Shards=1 all queues are stored together; the number is fixed when "
            + "the store is first used.");

    public static readonly ProblemType ChangedSinceCounted = new(
        "changed-since-counted", 409, "More jobs match than were counted.", false,
        "The query of a bulk action finds more jobs than expect says: over 5 % or over 20 more.",
        "Count again (dryRun), look at what has come, and send the new number.");

    public static readonly ProblemType ActionNotFound = new(
        "action-not-found", 404, "There is no such action.", false,
        "No action has this id, or it is not the caller's to see. The service keeps the last 200 in memory, so a restart forgets them.",
        "Look at GET /actions. What was done is in the jobs themselves and in the service's log.");

    public static readonly ProblemType NotUndoable = new(
        "not-undoable", 409, "The action cannot be undone.", false,
        "It cancelled or forgot jobs, it is undone already, it is an undo itself, or it is so long ago or so large that the service no "
            + "longer knows which jobs it changed.",
        "Read detail. A cancelled job runs again by a retry; what was purged is gone.");

    public static readonly ProblemType QueueFull = new(
        "queue-full", 429, "The queue is full.", true,
        "As many jobs wait in the queue as it may hold, or the live jobs (the owner's, or all) take as many bytes as they may. To a "
            + "heartbeat: its state would bring them over that. The lease is extended, the state saved before stays.",
        "Try again after Retry-After, and see whether its workers keep up (GET /queues/{queue}). A worker works on.");

    public static readonly ProblemType TooBusy = new(
        "too-busy", 429, "Too many requests wait.", true,
        "More changes are asked for than the store takes in at the moment. Nothing was done.",
        "Try again after Retry-After; send several jobs in one request where that is possible.");

    public static readonly ProblemType BatchSpansShards = new(
        "batch-spans-shards", 422, "The batch cannot be accepted all or nothing.", false,
        "Its jobs go to queues that are stored apart, and no single write covers them.",
        "Send one batch per queue, or ?atomic=false with one outcome per job.");

    public static readonly ProblemType StoreUnavailable = new(
        "store-unavailable", 503, "The state store cannot be reached.", true,
        "The sidecar or the store behind it does not answer. Nothing was written, and nothing that was accepted is lost.",
        "Try again after Retry-After.");

    public static readonly ProblemType OutcomeUnknown = new(
        "outcome-unknown", 504, "Time ran out during the write.", true,
        "The write was sent to the store, and no answer came in time: it may or may not have happened.",
        "Repeat the request with the same Idempotency-Key: it is done once.");

    public static readonly ProblemType InternalError = new(
        "internal-error", 500, "Something went wrong in the service.", true,
        "A fault of the service itself. It is in its log under the traceId.",
        "Tell whoever runs the service, with the traceId.");

    public static readonly ProblemType LeaseLost = new(
        "lease-lost", null, "The worker fell silent for longer than its lease.", true,
        "An attempt's worker sent no heartbeat for leaseSeconds: it crashed, froze or was cut off.",
        "The job is tried again while its retries last. A worker that needs longer between two heartbeats needs a longer lease.");

    public static readonly ProblemType TimeLimitReached = new(
        "time-limit-reached", null, "The time limit was reached.", false,
        "The job did not end within timeLimitSeconds, counted over all its attempts, so it was cancelled.",
        "Give it more time, or look why it took so long (attempts).");

    /// <summary>Every type, by name.</summary>
    public static FrozenDictionary<string, ProblemType> All { get; } = new[]
    {
        MalformedRequest, InvalidRequest, QueryMalformed, QueryTooBroad,
        UnsupportedMediaType, UnsupportedContentEncoding, TooLarge, RequestTimeout, Unauthorized,
        Forbidden, AuthorityUnavailable, NoTickets, CrossSiteRequest, ForeignHost, JobNotFound, RouteNotFound,
        MethodNotAllowed, JobPurged, CursorExpired, DuplicateJob, IdempotencyKeyReused, StaleLease, AlreadyFinished, JobNotFinished,
        JobNotWaiting, JobCancelled, JobFailed, SequenceMismatch, QueueStoredApart, ChangedSinceCounted, ActionNotFound, NotUndoable,
        QueueFull, TooBusy, BatchSpansShards, StoreUnavailable, OutcomeUnknown,
        InternalError, LeaseLost, TimeLimitReached,
    }.ToFrozenDictionary(type => type.Name, StringComparer.OrdinalIgnoreCase);

    /// <summary>The URI reference in a problem's <c>type</c>.</summary>
    public string Uri { get; } = "/problems/" + Name;
}
