using JobOrchestrator.Http;
using JobOrchestrator.Http.OpenApi;
using static JobOrchestrator.Http.OpenApi.CommonDocs;

namespace JobOrchestrator.Features.Queues;

/// <summary>The queues' routes.</summary>
internal static class QueuesFeature
{
    private const string Tag = "Queues";

    public static void MapQueues(this IEndpointRouteBuilder routes)
    {
        routes.MapRead("/queues", ListQueues.HandleAsync)
            .Describe(new OperationDoc(
                Tag,
                "listQueues",
                "List queues",
                "Those that hold a live job, are paused or set, or had jobs in the last day or two, by name. `Link: …; rel=\"next\"` "
                + "leads to the next page.")
                .Query("limit", "Most queues in the page; more than the most is the most.", api => api.PageLimit())
                .Query("cursor", "From the `Link` of an earlier page.")
                .Gives(200, "A page.", ListOf("Queue"), ResponseHeaders.Link)
                .Refuses(ProblemType.MalformedRequest, ProblemType.InvalidRequest, ProblemType.TooBusy, ProblemType.StoreUnavailable));
        routes.MapRead(
            "/queues/{queue}", GetQueue.HandleAsync).Describe(
                Numbers("getQueue", "Get a queue", "A queue that nobody uses is empty, not missing.")
                    .Refuses(ProblemType.StoreUnavailable));
        routes.Map("/queues/{queue}", [HttpMethods.Patch], SetQueue.HandleAsync).Describe(
            Numbers(
                "setQueue",
                "Choose which events of a queue are published",
                "Of what happens to its jobs from now on. The feed has every kind, and so has a job's own stream.")
                .Takes("QueueChange", ("Ends alone", """{"events":["completed","failed","cancelled"]}"""))
                .WithBodyProblems()
                .Refuses(ProblemType.TooBusy)
                .WithStoreProblems());
        routes.MapCommand("/queues/{queue}/pause", PauseQueue.HandleAsync).Describe(
            Numbers("pauseQueue", "Pause a queue", "Hands out nothing more; what runs goes on, and submissions are accepted.")
                .MayTake("Pause", ("With a reason", """{"reason":"database migration"}"""))
                .Refuses(ProblemType.MalformedRequest, ProblemType.InvalidRequest, ProblemType.TooLarge)
                .WithStoreProblems());
        routes.MapCommand("/queues/{queue}/resume", ResumeQueue.HandleAsync).Describe(
            Numbers("resumeQueue", "Resume a queue").WithStoreProblems());
        routes.MapCommand("/queues/{queue}/retry", RetryQueue.HandleAsync).Describe(Finished(
                "retryQueue",
                "Run a queue's finished jobs again",
                "Its dead letters, unless another status is named; each once, however often it is asked.")
            .Gives(200, "How many.", One("RetryCount")));
        routes.MapCommand("/queues/{queue}/purge", PurgeQueue.HandleAsync).Describe(Finished(
                "purgeQueue",
                "Forget a queue's finished jobs",
                "Its dead letters, unless another status is named. Waiting and running jobs are never touched.")
            .Gives(200, "How many.", One("PurgeCount")));
    }

    private static OperationDoc Finished(string id, string summary, string description) => new OperationDoc(Tag, id, summary, description)
        .WithQueue()
        .Query("status", "Which.", One("FinishedStatus"))
        .Query("type", "Only this type.")
        .Query("owner", "Only this owner's.")
        .WithCreated()
        .Query(
            "limit",
            "Most jobs that this request changes, newest first; more than the most is the most. One request looks at 20,000 at most; "
                + "`more` tells that others may be left.",
            _ => Schema.Whole("", 1, FinishedJobs.LimitMax).Else(FinishedJobs.LimitMax))
        .Query("cursor", "From an earlier answer that says `more`: goes on where that one ended.")
        .Refuses(ProblemType.MalformedRequest, ProblemType.InvalidRequest)
        .WithStoreProblems();

    private static OperationDoc Numbers(string id, string summary, string description = "") =>
        new OperationDoc(Tag, id, summary, description).WithQueue().Gives(200, "The queue in numbers.", One("Queue"));
}
