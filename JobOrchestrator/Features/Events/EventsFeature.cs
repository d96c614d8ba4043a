namespace JobOrchestrator.Features.Events;

/// <summary>The feed's route.</summary>
internal static class EventsFeature
{
    public static void MapEvents(this IEndpointRouteBuilder routes) => routes.MapRead("/events", ReadFeed.HandleAsync);
}
