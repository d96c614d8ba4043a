namespace JobOrchestrator.Features.Queues;

/// <summary>The queues' routes.</summary>
internal static class QueuesFeature
{
    public static void MapQueues(this IEndpointRouteBuilder routes)
    {
        routes.MapRead("/queues", ListQueues.HandleAsync);
        routes.MapRead("/queues/{queue}", GetQueue.HandleAsync);
        routes.MapCommand("/queues/{queue}/pause", PauseQueue.HandleAsync);
        routes.MapCommand("/queues/{queue}/resume", ResumeQueue.HandleAsync);
        routes.MapCommand("/queues/{queue}/retry", RetryQueue.HandleAsync);
    }
}
