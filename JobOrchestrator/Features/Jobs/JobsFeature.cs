namespace JobOrchestrator.Features.Jobs;

/// <summary>The callers' routes.</summary>
internal static class JobsFeature
{
    public static void MapJobs(this IEndpointRouteBuilder routes)
    {
        routes.MapCommand("/jobs/startJobWithTimeout", StartJobWithTimeout.HandleAsync);
        routes.MapCommand("/jobs/startJob", StartJob.HandleAsync);
        routes.MapRead("/jobs/get", GetJob.HandleByQueryAsync);
        routes.MapCommand("/jobs", SubmitJob.HandleAsync);
        routes.MapCommand("/jobs/batch", SubmitBatch.HandleAsync);
        routes.MapRead("/jobs", ListJobs.HandleAsync);
        routes.MapRead("/jobs/{id}", GetJob.HandleAsync);
        routes.MapRead("/jobs/{id}/result", GetResult.HandleAsync);
        routes.MapRead("/jobs/{id}/events", JobEvents.HandleAsync);
        routes.Map("/jobs/{id}", [HttpMethods.Delete], CancelJob.HandleDeleteAsync);
        routes.MapCommand("/jobs/{id}/cancel", CancelJob.HandleAsync);
        routes.MapCommand("/jobs/{id}/retry", RetryJob.HandleAsync);
        routes.Map("/jobs/{id}", [HttpMethods.Patch], MoveJob.HandleAsync);

        routes.MapOtherMethods("/jobs/startJobWithTimeout", "POST");
        routes.MapOtherMethods("/jobs/startJob", "POST");
        routes.MapOtherMethods("/jobs/get", "GET, HEAD");
        routes.MapOtherMethods("/jobs/batch", "POST");
    }
}
