using JobOrchestrator.Http;
using JobOrchestrator.Http.OpenApi;

namespace JobOrchestrator.Features.Workers;

/// <summary>What the API's document says of the workers' routes.</summary>
internal static class WorkersDocs
{
    private const string Tag = "Workers";

    public static readonly OperationDoc Lease = new OperationDoc(
            Tag, "Take jobs", "The first in line by priority, then runAt, then arrival. Waits up to `wait` seconds for the first.")
        .WithQueue()
        .Takes(
            "Lease",
            ("One job, now", """{"worker":"me"}"""),
            ("Up to ten, waiting", """{"worker":"me","max":10,"wait":5,"types":["my-type"]}"""))
        .Gives(200, "The jobs, each with its lease.", "LeasedJob[]")
        .Gives(204, "None came.")
        .WithBodyProblems()
        .WithStoreProblems();

    public static readonly OperationDoc Heartbeat = Reporting(
        "Keep a lease", "Extends the lease by leaseSeconds, keeps progress and checkpoint, and tells of a cancel.")
        .Takes("Heartbeat", ("Half-way", """{"leaseToken":"…","progress":{"percent":50,"message":"half-way"},"state":{"page":7}}"""))
        .Gives(200, "The lease, extended.", "LeaseExtended");

    public static readonly OperationDoc Complete = Ending("Report success")
        .Takes("Complete", ("With a result", """{"leaseToken":"…","result":{"answer":42}}"""));

    public static readonly OperationDoc Fail = Ending(
        "Report an error", "The job is tried again while its retries last, unless `retry` is false.")
        .Takes("Fail", ("A text", """{"leaseToken":"…","error":"The printer is on fire."}"""),
            ("More, and for good", """{"leaseToken":"…","error":{"type":"https://example.org/no-paper","title":"No paper.","status":503"""
                + ""","detail":{"tray":2}},"retry":false}"""));

    public static readonly OperationDoc Release = Ending(
        "Give a job back", "Back to its place in the queue; the attempt does not count against the retries.")
        .Takes("Release", ("In a while", """{"leaseToken":"…","delay":10}"""));

    public static readonly OperationDoc Report = new OperationDoc(
        Tag, "Report on many jobs", "Many heartbeats, completions, failures and releases in one request; each has its own outcome.")
        .Takes("Reports", ("Two", """
            {"reports":[{"jobId":"00000000-0000-7000-8000-000000000000","action":"heartbeat","leaseToken":"…"},
            {"jobId":"00000000-0000-7000-8000-000000000001","action":"complete","leaseToken":"…","result":1}]}
            """))
        .Gives(200, "One outcome per report.", "ReportOutcomes")
        .WithBodyProblems();

    private static OperationDoc Reporting(string summary, string description) => new OperationDoc(Tag, summary, description)
        .WithJobId()
        .WithBodyProblems()
        .Refuses(ProblemType.StaleLease, ProblemType.JobPurged)
        .WithStoreProblems();

    private static OperationDoc Ending(string summary, string description = "") => Reporting(summary, description)
        .Gives(200, "Taken; the same call again gets the same answer.", "Standing");
}
