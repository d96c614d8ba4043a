using JobOrchestrator.Features.Search;
using JobOrchestrator.Features.Submissions;
using JobOrchestrator.Http;
using JobOrchestrator.Http.OpenApi;
using Microsoft.OpenApi;
using static JobOrchestrator.Http.OpenApi.CommonDocs;
using static JobOrchestrator.Http.OpenApi.ResponseHeaders;

namespace JobOrchestrator.Features.Jobs;

/// <summary>What the API's document says of the callers' routes.</summary>
internal static class JobsDocs
{
    private const string Tag = "Jobs";
    private const string IdempotencyKey = "1 to 255 visible ASCII characters. The same key with the same bytes answers with the first "
        + "job, and `Idempotency-Replayed: true`; with 410 if that job is no longer kept. It belongs to the owner in the queue.";

    /// <summary>The headers that come with a job that was submitted.</summary>
    private static string[] Accepted => [Location, ETag, PreferenceApplied, IdempotencyReplayed];

    private static OpenApiSchema Key => Schema.Name("", SubmissionHeaders.IdempotencyKeyMax);

    public static readonly OperationDoc StartJobWithTimeout = Submitting(
            new OperationDoc(
                Tag,
                "startJobWithTimeout",
                "Start a job and wait for it",
                "Waits up to `initialTimeout` milliseconds, then answers 202 and the job goes on. "
                    + "Closing the connection does not cancel the job."))
        .Takes("Start",
            ("A job of one second", """{"owner":"microservice-x","initialTimeout":5000,"parameters":{"seconds":"1"}}"""),
            ("A job that is not done in time", """{"owner":"microservice-x","initialTimeout":500,"parameters":{"seconds":"5"}}"""))
        .Gives(
            200,
            "The job ended in time: with a result, or failed, or cancelled. `Preference-Applied` tells the wait that was granted.",
            One("Job"),
            Accepted)
        .Gives(204, "The job was done in time and has no result. `Location` names it.", Accepted)
        .Gives(202, "The job goes on. `Location` names it, `Retry-After` says when to look.", One("Job"), [.. Accepted, RetryIn]);

    public static readonly OperationDoc StartJob = Submitting(new OperationDoc(Tag, "startJob", "Start a job"))
        .Takes("Start", ("A job of two seconds", """{"owner":"microservice-x","parameters":{"seconds":"2"}}"""))
        .Gives(202, "Accepted. `Location` names the job, `Retry-After` says when to look.", One("Job"), [.. Accepted, RetryIn]);

    public static readonly OperationDoc Submit = Submitting(
            new OperationDoc(Tag, "submitJob", "Submit a job"))
        .WithWait("`wait=N`: wait up to N seconds for the job's end (capped). `respond-async`: do not wait.")
        .Takes("Submission",
            (
                "The built-in work",
                """{"owner":"microservice-x","type":"simulate","input":{"seconds":1,"steps":4,"result":{"answer":42}}}"""),
            (
                "Later, and more urgent",
                """{"type":"simulate","delaySeconds":5,"priority":10,"maxRetries":1,"backoff":{"kind":"fixed","seconds":2}}"""))
        .Gives(202, "Accepted. `Location` names the job, `Retry-After` says when to look.", One("Job"), [.. Accepted, RetryIn])
        .Gives(
            200,
            "The job ended in the time that was granted; or, with `onDuplicate=return`, the job that has the key.",
            One("Job"),
            [.. Accepted, RetryIn]);

    public static readonly OperationDoc SubmitBatch = new OperationDoc(
            Tag,
            "submitJobs",
            "Submit many jobs",
            "All or nothing, for one queue (or queues that are stored together); with `atomic=false` each by itself. Jobs that were there "
                + "already come with their values as long as those are 8 MiB in all, the others without.")
        .Query("atomic", "False: one outcome per job.", _ => Schema.Flag("").Else(true))
        .Query("onDuplicate", "What to do where a key is taken.", One("OnDuplicate"))
        .Header("Idempotency-Key", "Counts for the whole request.", Key)
        .Takes(
            api => api.Batch,
            ("Two jobs", """[{"owner":"microservice-x","input":{"seconds":1}},{"owner":"microservice-x","input":{"seconds":2}}]"""))
        .Gives(202, "All accepted, in their order.", ListOf("Job"), IdempotencyReplayed)
        .Gives(200, "With `atomic=false`: one outcome per job, in their order.", ListOf("BatchOutcome"))
        .WithBodyProblems()
        .Refuses(ProblemType.DuplicateJob, ProblemType.BatchSpansShards, ProblemType.IdempotencyKeyReused, ProblemType.QueueFull)
        .Refuses(ProblemType.JobPurged)
        .WithStoreProblems();

    public static readonly OperationDoc List = new OperationDoc(
        Tag, "listJobs", "List jobs", "Newest first. `Link: …; rel=\"next\"` leads to the next page. None but the last "
            + "is empty, unless nothing was found in ten seconds. `q` is a query such as `status:failed,retrying queue:mail older:10m "
            + "-type:test*`: all terms hold, values of a field are alternatives, `-` takes out. A word is an id or its beginning, an "
            + "externalId or a key; live jobs that have it come first.")
        .Query("status", "Only these.", One("JobStatus"))
        .Query("queue", "Only this queue.")
        .Query("owner", "Only this owner's.")
        .Query("type", "Only this type.")
        .WithCreated()
        .Query("limit", "Most jobs in the page; more than the most is the most.", api => api.PageLimit())
        .Query("cursor", "From the `Link` of an earlier page.")
        // Behind what was there before: generated clients take parameters by their places.
        .WithSearch()
        .Query("sort", "Which jobs come first.", One("JobSort"))
        .Query("look", "Seconds after which a page ends, found or not; from 0.05 to 10.", _ => Schema.Number("", 0, 10))
        .WithSearchParameters()
        .Gives(200, "A page.", ListOf("Job"), Link, LookedBackTo)
        .Refuses(ProblemType.TooBusy, ProblemType.StoreUnavailable);

    public static readonly OperationDoc Get = Reading(new OperationDoc(
            Tag,
            "getJob",
            "Get a job",
            "`Retry-After` while it is live: half of what is left of it, where that is known. "
            + "With `If-None-Match` and `Prefer: wait=N` a long poll: answered when the job changes."))
        .WithJobId();

    public static readonly OperationDoc GetByQuery = Reading(
            new OperationDoc(Tag, "getJobByQuery", "Get a job, by query", "As `GET /jobs/{id}`."))
        .RequiredQuery("jobId", "The job's id.", _ => Schema.Uuid(""), ExampleId)
        .Refuses(ProblemType.JobNotFound);

    public static readonly OperationDoc Result = new OperationDoc(
            Tag, "getJobResult", "Get a job's result", "The result itself, byte for byte. Not for a key without `ReadPayload`.")
        .WithJobId()
        .WithWait("`wait=N`: wait up to N seconds for the job's end.")
        .Gives(200, "The result.", _ => Schema.Any("Whatever the worker reported."), ETag, PreferenceApplied)
        .Gives(204, "Done without a result.", ETag, PreferenceApplied)
        .Refuses(
            ProblemType.Forbidden,
            ProblemType.JobNotFinished,
            ProblemType.JobCancelled,
            ProblemType.JobFailed,
            ProblemType.JobPurged,
            ProblemType.TooBusy,
            ProblemType.StoreUnavailable);

    public static readonly OperationDoc Events = new OperationDoc(
            Tag,
            "followJob",
            "Follow a job",
            "Server-sent events: how the job stands, then each change; the stream ends with the job. `id:` is the sequence. This page "
                + "shows nothing before that end; `curl -N` shows each as it comes.")
        .WithJobId()
        .Header("Last-Event-ID", "Go on behind this sequence; where the job has not reached it, with how it stands.", Schema.Long("", 0))
        .Streams("The stream.")
        .Gives(204, "The job has ended, and its last event has been seen.")
        .Refuses(ProblemType.MalformedRequest, ProblemType.JobPurged, ProblemType.TooBusy, ProblemType.StoreUnavailable);

    public static readonly OperationDoc Delete = Ending(new OperationDoc(Tag, "deleteJob", "Cancel a job, or forget a finished one"))
        .Query("purge", "True: forget a finished job.", _ => Schema.Flag("").Else(false))
        .Gives(204, "Forgotten.")
        .Refuses(ProblemType.JobNotFinished);

    public static readonly OperationDoc Cancel = Ending(new OperationDoc(Tag, "cancelJob", "Cancel a job"));

    public static readonly OperationDoc Retry = new OperationDoc(
            Tag,
            "retryJob",
            "Run a finished job again",
            "As a new job that names the old one. Repeated, it answers with the job that was made the first time.")
        .WithJobId()
        .Gives(202, "The new job.", One("Job"), Location, ETag, RetryIn)
        .Refuses(ProblemType.JobNotFinished, ProblemType.DuplicateJob, ProblemType.JobPurged, ProblemType.QueueFull)
        .WithStoreProblems();

    public static readonly OperationDoc Move = new OperationDoc(
        Tag,
        "moveJob",
        "Change a job's labels, or a waiting one's priority, time or queue",
        "A job goes only to a queue that is stored together with its own: any where `Store:Shards` is 1.")
        .WithJobId()
        .Header("If-Match", "Only if the job is still at this ETag.")
        .Takes("Move", ("More urgent", """{"priority":10}"""), ("Other labels", """{"labels":{"tenant":"42","draft":null}}"""))
        .Gives(200, "The job.", One("Job"), ETag, RetryIn)
        .WithBodyProblems()
        .Refuses(
            ProblemType.JobNotWaiting, ProblemType.AlreadyFinished, ProblemType.SequenceMismatch, ProblemType.JobPurged,
            ProblemType.QueueFull, ProblemType.QueueStoredApart, ProblemType.DuplicateJob)
        .WithStoreProblems();

    private static OperationDoc Submitting(OperationDoc doc) => doc
        .Query(
            "onDuplicate",
            "What to do when another live job of the owner in the queue has the externalId or the uniqueKey.",
            One("OnDuplicate"))
        .Header("Idempotency-Key", IdempotencyKey, Key)
        .WithBodyProblems()
        .Refuses(ProblemType.DuplicateJob, ProblemType.IdempotencyKeyReused, ProblemType.JobPurged, ProblemType.QueueFull)
        .WithStoreProblems();

    private static OperationDoc Reading(OperationDoc doc) => doc
        .Header("If-None-Match", "304 while the job is still at this ETag.")
        .WithWait("`wait=N`: with If-None-Match, wait up to N seconds for a change.")
        .Gives(200, "The job.", One("Job"), ETag, RetryIn, PreferenceApplied)
        .Gives(304, "Unchanged.", ETag, PreferenceApplied)
        .Refuses(ProblemType.JobPurged, ProblemType.TooBusy, ProblemType.StoreUnavailable);

    private static OperationDoc Ending(OperationDoc doc) => doc
        .WithJobId()
        .Header("If-Match", "Only if the job is still at this ETag.")
        .Gives(200, "Cancelled.", One("Job"), ETag)
        .Gives(
            202,
            "Its worker is told: at once where it waits for cancels, else at the next heartbeat.",
            One("Job"),
            Location,
            ETag,
            RetryIn)
        .Refuses(ProblemType.AlreadyFinished, ProblemType.SequenceMismatch, ProblemType.JobPurged)
        .WithStoreProblems();
}
