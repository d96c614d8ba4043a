using JobOrchestrator.Features.Marks;
using JobOrchestrator.Http;
using JobOrchestrator.Http.OpenApi;

namespace JobOrchestrator.Features.Workers;

/// <summary>The workers' routes.</summary>
internal static class WorkersFeature
{
    public static void MapWorkers(this IEndpointRouteBuilder routes)
    {
        MarkBook marks = routes.ServiceProvider.GetRequiredService<MarkBook>();
        VersionWatch versions = routes.ServiceProvider.GetRequiredService<VersionWatch>();
        routes.MapCommand("/queues/{queue}/lease", (http, api) => LeaseJobs.HandleAsync(http, api, marks, versions))
            .Describe(WorkersDocs.Lease);
        routes.MapCommand("/jobs/{id}/heartbeat", Heartbeat.HandleAsync).Describe(WorkersDocs.Heartbeat);
        routes.MapCommand("/jobs/{id}/complete", CompleteJob.HandleAsync).Describe(WorkersDocs.Complete);
        routes.MapCommand("/jobs/{id}/fail", FailJob.HandleAsync).Describe(WorkersDocs.Fail);
        routes.MapCommand("/jobs/{id}/release", ReleaseJob.HandleAsync).Describe(WorkersDocs.Release);
        routes.MapCommand("/jobs/report", Report.HandleAsync).Describe(WorkersDocs.Report);
        routes.MapCommand("/jobs/cancels", WaitForCancels.HandleAsync).Describe(WorkersDocs.Cancels);
        routes.MapRead("/workers", ListWorkers.HandleAsync).Describe(WorkersDocs.List);

        routes.MapOtherMethods("/jobs/report", "POST");
        routes.MapOtherMethods("/jobs/cancels", "POST");
    }
}
