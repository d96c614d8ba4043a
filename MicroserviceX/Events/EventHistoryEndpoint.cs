namespace MicroserviceX.Events;

/// <summary>Shows what came.</summary>
internal static class EventHistoryEndpoint
{
    /// <summary>Maps <c>GET /events</c>: the events kept, newest last; <c>?jobId=</c> for one job.</summary>
    public static void MapEventHistory(this WebApplication app) =>
        app.MapMethods(
            "/events",
            [HttpMethods.Get, HttpMethods.Head],
            (EventHistory history, string? jobId) => TypedResults.Json(history.List(jobId), HistoryJson.Default.ListReceivedEvent));
}
