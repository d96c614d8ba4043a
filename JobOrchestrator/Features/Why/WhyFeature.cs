using JobOrchestrator.Http;
using JobOrchestrator.Http.OpenApi;
using static JobOrchestrator.Http.OpenApi.CommonDocs;

namespace JobOrchestrator.Features.Why;

/// <summary>The route that explains.</summary>
internal static class WhyFeature
{
    public static void MapWhy(this IEndpointRouteBuilder routes) => routes.MapRead("/jobs/{id}/why", GetWhy.HandleAsync).Describe(
        new OperationDoc(
                "Jobs",
                "explainJob",
                "See why a job waits",
                "What it waits for, in order: the first reason is the one that counts. Where it is in line, how many are ahead of it, and "
                + "about when it will be handed out, by the pace of its queue: four of five start between `earliest` and `latest`; or why "
                + "that cannot be said. Of a job that is scheduled or pauses between attempts the same: when its time has come, or "
                + "behind the line that it meets then. About when it ends, by how long half of its type's runs took, while it waits or "
                + "runs no longer than that. Of a job that has ended: how its time was spent. `text` says it all in sentences. Names of "
                + "workers and keys are for those who operate the queue.")
            .WithJobId()
            .Gives(200, "Why.", One("Why"))
            .Refuses(ProblemType.JobNotFound, ProblemType.JobPurged, ProblemType.StoreUnavailable, ProblemType.TooBusy));
}
