using Dapr;
using Dapr.AspNetCore;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Answers the sidecar's question which topics the application takes.</summary>
public static class DaprEndpointRouteBuilderExtensions
{
    /// <summary>Maps <c>GET /dapr/subscribe</c>, which lists the endpoints marked with <c>WithTopic</c> or <c>[Topic]</c>.</summary>
    public static IEndpointConventionBuilder MapSubscribeHandler(this IEndpointRouteBuilder endpoints) =>
        endpoints.MapSubscribeHandler(new SubscribeOptions());

    /// <summary>Maps <c>GET /dapr/subscribe</c> with options.</summary>
    public static IEndpointConventionBuilder MapSubscribeHandler(this IEndpointRouteBuilder endpoints, SubscribeOptions options)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        return endpoints.MapGet("dapr/subscribe", (HttpContext context) =>
        {
            var source = context.RequestServices.GetRequiredService<EndpointDataSource>();
            var logger = context.RequestServices.GetRequiredService<ILoggerFactory>().CreateLogger("Dapr.Subscriptions");
            var subscriptions = Subscriptions.Of(source.Endpoints.OfType<RouteEndpoint>(), options?.EnableRawPayload is true, logger);
            return TypedResults.Json(subscriptions, SubscriptionJson.Default.IReadOnlyListSubscription);
        }).ExcludeFromDescription();
    }
}
