using JobOrchestrator.Http;
using JobOrchestrator.Http.OpenApi;

namespace JobOrchestrator.Features.Events;

/// <summary>The feed's route.</summary>
internal static class EventsFeature
{
    public static void MapEvents(this IEndpointRouteBuilder routes) => routes.MapRead("/events", ReadFeed.HandleAsync).Describe(
        new OperationDoc(
                "Events",
                "readEvents",
                "Read the feed",
                "Every event that is kept. `Accept: application/json`, or a `limit` without `Accept: text/event-stream`, gets one page; "
                    + "otherwise a stream of server-sent events whose `id:` is the cursor. To try it on this page, leave "
                    + "`application/json` and `after` as they are: a stream is shown "
                    + "once it has ended, and this one does not end.")
            .Query("owner", "Only this owner's.")
            .Query("queue", "Only this queue's.")
            .Query(
                "after",
                "Go on behind this cursor; `oldest`: from the oldest event that is kept. Absent: from now on.",
                _ => Schema.Text(""),
                "oldest")
            .Query("limit", "Most events in a page; more than the most is the most.", api => api.PageLimit())
            .WithWait("`wait=N`: wait up to N seconds for a first event of a page.")
            .Header("Last-Event-ID", "As `after`, and stronger.")
            .Gives(200, "A page.", CommonDocs.One("EventsPage"), ResponseHeaders.PreferenceApplied)
            .Streams("The stream.")
            .Refuses(
                ProblemType.MalformedRequest,
                ProblemType.InvalidRequest,
                ProblemType.Forbidden,
                ProblemType.CursorExpired,
                ProblemType.TooBusy,
                ProblemType.StoreUnavailable));
}
