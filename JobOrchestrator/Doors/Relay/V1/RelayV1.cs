using JobOrchestrator.Hosting;
using JobOrchestrator.Http;

namespace JobOrchestrator.Doors.Relay.V1;

/// <summary>relay's API version 1.</summary>
internal sealed class RelayV1(DoorOptions options) : RelayDoor
{
    private const string Jobs = "/v1/queues/jobs";
    private const string OfQueue = "/v1/queues/{queue}/jobs";
    private const string OneJob = "/v1/queues/{queue}/jobs/{id}";
    private const string Health = "/health";

    public override void MapRoutes(IEndpointRouteBuilder routes)
    {
        base.MapRoutes(routes);

        // Of all versions. A probe has no API key.
        routes.MapMethods(Health, [HttpMethods.Get, HttpMethods.Head], _ => Task.CompletedTask)
            .WithMetadata(this).WithDisplayName($"GET {Health} of door {Name}").ExcludeFromDescription();
        MapOtherMethods(routes, Health, "GET, HEAD");
    }

    protected override IEnumerable<RelayRoute> Routes() =>
    [
        new RelayRoute(HttpMethods.Post, Jobs, new EnqueueJobs(options).HandleAsync),
        new RelayRoute(HttpMethods.Put, Jobs, RescheduleJob.HandleAsync),
        new RelayRoute(HttpMethods.Get, OfQueue, NextJobs.HandleAsync, Takes: true),
        new RelayRoute(HttpMethods.Head, OneJob, ExistsJob.HandleAsync),
        new RelayRoute(HttpMethods.Get, OneJob, GetJob.HandleAsync),
        new RelayRoute(HttpMethods.Patch, OneJob, Heartbeat.HandleAsync),
        new RelayRoute(HttpMethods.Delete, OneJob, DeleteJob.HandleAsync),
    ];

    protected override int StatusOf(Problem problem) => CanBeRetried(problem) ? StatusCodes.Status429TooManyRequests : problem.Status;
}
