using JobOrchestrator.Http;
using JobOrchestrator.Http.OpenApi;

namespace JobOrchestrator.Features.Events;

/// <summary>The feed's route.</summary>
internal static class EventsFeature
{
    public static void MapEvents(this IEndpointRouteBuilder routes) => routes.MapRead("/events", ReadFeed.HandleAsync).Describe(
        new OperationDoc(
                "Events",
                "Read the feed",
                "Every event that is kept. `Accept: application/json` gets one page, otherwise a stream of server-sent events whose `id:` "
                    + "is the cursor.")
            .Query("owner", "Only this owner's.")
            .Query("queue", "Only this queue's.")
            .Query("after", "Go on behind this cursor; `oldest`: from the oldest event that is kept. Absent: from now on.")
            .Query("limit", "Most events in a page. 100; at most 1,000.")
            .WithWait("`wait=N`: wait up to N seconds for a first event of a page.")
            .Header("Last-Event-ID", "As `after`, and stronger.")
            .Gives(200, "A page.", "EventsPage")
            .Gives(200, "The stream.", "text", "text/event-stream")
            .Refuses(ProblemType.MalformedRequest, ProblemType.InvalidRequest, ProblemType.CursorExpired, ProblemType.StoreUnavailable));
}
