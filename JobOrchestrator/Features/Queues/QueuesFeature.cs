using JobOrchestrator.Http;
using JobOrchestrator.Http.OpenApi;

namespace JobOrchestrator.Features.Queues;

/// <summary>The queues' routes.</summary>
internal static class QueuesFeature
{
    private const string Tag = "Queues";

    public static void MapQueues(this IEndpointRouteBuilder routes)
    {
        routes.MapRead("/queues", ListQueues.HandleAsync)
            .Describe(new OperationDoc(
                Tag, "List queues", "Those that hold a live job or are paused, by name. `Link: …; rel=\"next\"` leads to the next page.")
                .Query("limit", "Most queues in the page. 100; at most 1,000.")
                .Query("cursor", "From the `Link` of an earlier page.")
                .Gives(200, "A page.", "Queue[]")
                .Refuses(ProblemType.MalformedRequest, ProblemType.InvalidRequest, ProblemType.StoreUnavailable));
        routes.MapRead(
            "/queues/{queue}", GetQueue.HandleAsync).Describe(Numbers("Get a queue", "A queue that nobody uses is empty, not missing.")
            .Refuses(ProblemType.StoreUnavailable));
        routes.MapCommand("/queues/{queue}/pause", PauseQueue.HandleAsync).Describe(
            Numbers("Pause a queue", "Hands out nothing more; what runs goes on, and submissions are accepted.").WithStoreProblems());
        routes.MapCommand("/queues/{queue}/resume", ResumeQueue.HandleAsync).Describe(Numbers("Resume a queue").WithStoreProblems());
        routes.MapCommand("/queues/{queue}/retry", RetryQueue.HandleAsync).Describe(Finished(
                "Run a queue's finished jobs again",
                "Its dead letters, unless another status is named; each once, however often it is asked.")
            .Gives(200, "How many.", "RetryCount"));
        routes.MapCommand("/queues/{queue}/purge", PurgeQueue.HandleAsync).Describe(Finished(
                "Forget a queue's finished jobs",
                "Its dead letters, unless another status is named. Waiting and running jobs are never touched.")
            .Gives(200, "How many.", "PurgeCount"));
    }

    private static OperationDoc Finished(string summary, string description) => new OperationDoc(Tag, summary, description)
        .WithQueue()
        .Query("status", "Which. Failed.", "Failed", "Cancelled", "Completed")
        .Query("type", "Only this type.")
        .Query("owner", "Only this owner's.")
        .Query("createdAfter", "Only those created after this instant, such as 2030-01-31T12:00:00Z.")
        .Query("createdBefore", "Only those created before this instant.")
        .Query(
            "limit",
            "Most jobs that this request changes, newest first. 10,000, which is also the most. One request looks at 20,000 at most; "
                + "`more` tells that others may be left.")
        .Query("cursor", "From an earlier answer that says `more`: goes on where that one ended.")
        .Refuses(ProblemType.MalformedRequest, ProblemType.InvalidRequest)
        .WithStoreProblems();

    private static OperationDoc Numbers(string summary, string description = "") =>
        new OperationDoc(Tag, summary, description).WithQueue().Gives(200, "The queue in numbers.", "Queue");
}
