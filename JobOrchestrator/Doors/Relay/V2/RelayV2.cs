using JobOrchestrator.Core;
using JobOrchestrator.Hosting;
using JobOrchestrator.Http;

namespace JobOrchestrator.Doors.Relay.V2;

/// <summary>relay's API version 2: a run id tells a worker's reports from those of an earlier one.</summary>
internal sealed class RelayV2(DoorOptions options) : RelayDoor
{
    private const string OneJob = "/v2/queues/{queue}/jobs/{id}";
    private const string OneRun = OneJob + "/run-id/{runId}";

    protected override IEnumerable<RelayRoute> Routes() =>
    [
        new RelayRoute(HttpMethods.Post, "/v2/queues/jobs", new EnqueueJobs(options).HandleAsync),
        new RelayRoute(HttpMethods.Get, "/v2/queues/{queue}/jobs", NextJobs.HandleAsync, Takes: true),
        new RelayRoute(HttpMethods.Patch, OneRun, Heartbeat.HandleAsync),
        new RelayRoute(HttpMethods.Put, OneRun, new RequeueJob(options).HandleAsync),
        new RelayRoute(HttpMethods.Delete, OneRun, CompleteJob.HandleAsync),
        new RelayRoute(HttpMethods.Delete, OneJob, DeleteJob.HandleAsync),
        new RelayRoute(HttpMethods.Head, OneJob, ExistsJob.HandleAsync),
        new RelayRoute(HttpMethods.Get, OneJob, GetJob.HandleAsync),
    ];

    protected override int StatusOf(Problem problem) => CanBeRetried(problem) ? StatusCodes.Status503ServiceUnavailable : problem.Status;

    /// <summary>What to do about ids that are taken; any other word, or none, is "unique".</summary>
    public static OnDuplicate ModeOf(HttpContext http) => Query.Text(http.Request, "mode") switch
    {
        "ignore" => OnDuplicate.Return,
        "replace" => OnDuplicate.Supersede,
        _ => OnDuplicate.Reject,
    };
}
