using JobOrchestrator.Http;
using JobOrchestrator.Http.OpenApi;
using static JobOrchestrator.Http.OpenApi.CommonDocs;

namespace JobOrchestrator.Features.Workers;

/// <summary>What the API's document says of the workers' routes.</summary>
internal static class WorkersDocs
{
    private const string Tag = "Workers";

    public static readonly OperationDoc Lease = new OperationDoc(
            Tag,
            "leaseJobs",
            "Take jobs",
            "The first in line by priority, then runAt, then arrival. Waits up to `wait` seconds for the first.")
        .WithQueue()
        .Takes(
            "Lease",
            ("One job, now", """{"worker":"me"}"""),
            ("Up to ten, waiting", """{"worker":"me","max":10,"wait":5,"types":["my-type"]}"""))
        .Gives(200, "The jobs, each with its lease.", ListOf("LeasedJob"))
        .Gives(204, "No jobs.")
        .WithBodyProblems()
        .WithStoreProblems();

    public static readonly OperationDoc Heartbeat = Reporting(
        "heartbeatJob", "Keep a lease", "Extends the lease by leaseSeconds, keeps progress and checkpoint, and tells of a cancel. "
            + "A `state` that finds no room is refused with 429, and the lease extended all the same.")
        .Takes("Heartbeat", ("Half-way", """{"leaseToken":"…","progress":{"percent":50,"message":"half-way"},"state":{"page":7}}"""))
        .Gives(200, "The lease, extended.", One("LeaseExtended"))
        .Refuses(ProblemType.QueueFull);

    public static readonly OperationDoc Complete = Ending("completeJob", "Report success")
        .Takes("Complete", ("With a result", """{"leaseToken":"…","result":{"answer":42}}"""));

    public static readonly OperationDoc Fail = Ending(
        "failJob", "Report an error", "The job is tried again while its retries last, unless `retry` is false.")
        .Takes("Fail", ("A text", """{"leaseToken":"…","error":"The printer is on fire."}"""),
            ("More, and for good", """{"leaseToken":"…","error":{"type":"https://example.org/no-paper","title":"No paper.","status":503"""
                + ""","detail":{"tray":2}},"retry":false}"""));

    public static readonly OperationDoc Release = Ending(
        "releaseJob", "Give a job back", "Back to its place in the queue; the attempt does not count against the retries.")
        .Takes("Release", ("In a while", """{"leaseToken":"…","delay":10}"""));

    public static readonly OperationDoc Report = new OperationDoc(
        Tag,
        "reportJobs",
        "Report on many jobs",
        "Many heartbeats, completions, failures and releases in one request; each has its own outcome.")
        .Takes("Reports", ("Two", """
            {"reports":[{"jobId":"00000000-0000-7000-8000-000000000000","action":"heartbeat","leaseToken":"…"},
            {"jobId":"00000000-0000-7000-8000-000000000001","action":"complete","leaseToken":"…","result":1}]}
            """))
        .Gives(200, "One outcome per report.", One("ReportOutcomes"))
        .WithBodyProblems();

    public static readonly OperationDoc Cancels = new OperationDoc(
        Tag,
        "waitForCancels",
        "Hear of cancels at once",
        "Names the leases that the worker holds and stays open up to `wait` seconds. Answered at once when one of them is to end, or is "
            + "over for another reason than a report of that worker, with what a heartbeat would be told: `cancelRequested`, or a "
            + "problem. It extends no lease, so heartbeats go on, and bring the same news in their time.")
        .Takes("HeldLeases", ("Two, waiting", """
            {"leases":[{"jobId":"00000000-0000-7000-8000-000000000000","leaseToken":"…"},
            {"jobId":"00000000-0000-7000-8000-000000000001","leaseToken":"…"}],"wait":30}
            """))
        .Gives(200, "The leases of which there is news; none when there was none in time.", One("LeaseOutcomes"))
        .WithBodyProblems()
        .WithStoreProblems();

    public static readonly OperationDoc List = new OperationDoc(
        "Operations",
        "listWorkers",
        "See who works",
        "Each worker by what it asks for and by what it holds: one that holds a job is always there, others for 15 minutes after they "
            + "last asked. And `uncovered`: what waits in queues that are not paused and no worker asks for, once it is watched for a "
            + "minute. For keys that see all of a queue; names of workers for those that operate theirs.")
        .Query("queue", "Only who asks for this queue or holds its jobs, and what of them is about it.")
        .Gives(200, "The workers, those that run most first.", One("Workers"))
        .Refuses(ProblemType.Forbidden, ProblemType.TooBusy, ProblemType.StoreUnavailable);

    private static OperationDoc Reporting(string id, string summary, string description) => new OperationDoc(Tag, id, summary, description)
        .WithJobId()
        .WithBodyProblems()
        .Refuses(ProblemType.StaleLease, ProblemType.JobPurged)
        .WithStoreProblems();

    private static OperationDoc Ending(string id, string summary, string description = "") => Reporting(id, summary, description)
        .Gives(200, "Taken; the same call again gets the same answer.", One("Standing"));
}
