using JobOrchestrator.Http;
using JobOrchestrator.Http.OpenApi;

namespace JobOrchestrator.Features.Jobs;

/// <summary>The callers' routes.</summary>
internal static class JobsFeature
{
    public static void MapJobs(this IEndpointRouteBuilder routes)
    {
        routes.MapCommand("/Jobs/StartJobWithTimeout", StartJobWithTimeout.HandleAsync).Describe(JobsDocs.StartJobWithTimeout);
        routes.MapCommand("/Jobs/StartJob", StartJob.HandleAsync).Describe(JobsDocs.StartJob);
        routes.MapRead("/Jobs/get", GetJob.HandleByQueryAsync).Describe(JobsDocs.GetByQuery);
        routes.MapCommand("/jobs", SubmitJob.HandleAsync).Describe(JobsDocs.Submit);
        routes.MapCommand("/jobs/batch", SubmitBatch.HandleAsync).Describe(JobsDocs.SubmitBatch);
        routes.MapRead("/jobs", ListJobs.HandleAsync).Describe(JobsDocs.List);
        routes.MapRead("/jobs/{id}", GetJob.HandleAsync).Describe(JobsDocs.Get);
        routes.MapRead("/jobs/{id}/result", GetResult.HandleAsync).Describe(JobsDocs.Result);
        routes.MapRead("/jobs/{id}/events", JobEvents.HandleAsync).Describe(JobsDocs.Events);
        routes.Map("/jobs/{id}", [HttpMethods.Delete], CancelJob.HandleDeleteAsync).Describe(JobsDocs.Delete);
        routes.MapCommand("/jobs/{id}/cancel", CancelJob.HandleAsync).Describe(JobsDocs.Cancel);
        routes.MapCommand("/jobs/{id}/retry", RetryJob.HandleAsync).Describe(JobsDocs.Retry);
        routes.Map("/jobs/{id}", [HttpMethods.Patch], MoveJob.HandleAsync).Describe(JobsDocs.Move);

        routes.MapOtherMethods("/Jobs/StartJobWithTimeout", "POST");
        routes.MapOtherMethods("/Jobs/StartJob", "POST");
        routes.MapOtherMethods("/Jobs/get", "GET, HEAD");
        routes.MapOtherMethods("/jobs/batch", "POST");
    }
}
