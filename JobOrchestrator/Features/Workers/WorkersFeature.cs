namespace JobOrchestrator.Features.Workers;

/// <summary>The workers' routes.</summary>
internal static class WorkersFeature
{
    public static void MapWorkers(this IEndpointRouteBuilder routes)
    {
        routes.MapCommand("/queues/{queue}/lease", LeaseJobs.HandleAsync);
        routes.MapCommand("/jobs/{id}/heartbeat", Heartbeat.HandleAsync);
        routes.MapCommand("/jobs/{id}/complete", CompleteJob.HandleAsync);
        routes.MapCommand("/jobs/{id}/fail", FailJob.HandleAsync);
        routes.MapCommand("/jobs/{id}/release", ReleaseJob.HandleAsync);
        routes.MapCommand("/jobs/report", Report.HandleAsync);

        routes.MapOtherMethods("/jobs/report", "POST");
    }
}
