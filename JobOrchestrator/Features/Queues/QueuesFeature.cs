using JobOrchestrator.Features.OpenApi;

namespace JobOrchestrator.Features.Queues;

/// <summary>The queues' routes.</summary>
internal static class QueuesFeature
{
    private const string Tag = "Queues";

    public static void MapQueues(this IEndpointRouteBuilder routes)
    {
        routes.MapRead("/queues", ListQueues.HandleAsync).Describe(new OperationDoc(Tag, "List queues", "Every queue that holds a live job or is paused.")
            .Gives(200, "By name.", "Queue[]")
            .Refuses(ProblemType.StoreUnavailable));
        routes.MapRead("/queues/{queue}", GetQueue.HandleAsync).Describe(Numbers("Get a queue", "A queue that nobody uses is empty, not missing.")
            .Refuses(ProblemType.StoreUnavailable));
        routes.MapCommand("/queues/{queue}/pause", PauseQueue.HandleAsync).Describe(
            Numbers("Pause a queue", "Hands out nothing more; what runs goes on, and submissions are accepted.").WithStoreProblems());
        routes.MapCommand("/queues/{queue}/resume", ResumeQueue.HandleAsync).Describe(Numbers("Resume a queue").WithStoreProblems());
        routes.MapCommand("/queues/{queue}/retry", RetryQueue.HandleAsync).Describe(
            new OperationDoc(Tag, "Run a queue's finished jobs again", "Each once, however often it is asked.")
                .WithQueue()
                .Query("status", "Which. Failed.", "Failed", "Cancelled", "Completed")
                .Gives(200, "How many.", "RetryCount")
                .Refuses(ProblemType.MalformedRequest, ProblemType.InvalidRequest)
                .WithStoreProblems());
    }

    private static OperationDoc Numbers(string summary, string description = "") =>
        new OperationDoc(Tag, summary, description).WithQueue().Gives(200, "The queue in numbers.", "Queue");
}
