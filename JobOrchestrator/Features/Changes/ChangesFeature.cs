using JobOrchestrator.Http;
using JobOrchestrator.Http.OpenApi;
using static JobOrchestrator.Http.OpenApi.CommonDocs;

namespace JobOrchestrator.Features.Changes;

/// <summary>The route of a job's events.</summary>
internal static class ChangesFeature
{
    public static void MapChanges(this IEndpointRouteBuilder routes) => routes.MapRead("/jobs/{id}/changes", ListChanges.HandleAsync)
        .Describe(new OperationDoc(
                "Jobs",
                "listJobChanges",
                "See a job's events",
                "Its events that are still in the feed, in their order, each as it is published, and whether the broker took it. A "
                + "`sequence` that is missing among them is no longer kept, or cannot be read. They are found by the times that the job "
                + "tells; what lies between is looked through by pages of bounded work, so a page with `next` may be short, or empty.")
            .WithJobId()
            .Query("cursor", "Go on where the previous page ended: its `next`.")
            .Gives(200, "The events, at most 200.", One("JobChanges"), ResponseHeaders.Link)
            .Refuses(
                ProblemType.MalformedRequest,
                ProblemType.JobNotFound,
                ProblemType.JobPurged,
                ProblemType.StoreUnavailable,
                ProblemType.TooBusy));
}
