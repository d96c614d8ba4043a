using Dapr;
using Dapr.AspNetCore;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Opens cloud events before endpoints see them.</summary>
public static class DaprApplicationBuilderExtensions
{
    /// <summary>
    /// Makes a request with content type <c>application/cloudevents+json</c> look as if the event's data had been
    /// posted: body and content type become the data's. Other requests pass untouched.
    /// </summary>
    public static IApplicationBuilder UseCloudEvents(this IApplicationBuilder builder) =>
        builder.UseCloudEvents(new CloudEventsMiddlewareOptions());

    /// <summary>As the other overload, with options.</summary>
    public static IApplicationBuilder UseCloudEvents(this IApplicationBuilder builder, CloudEventsMiddlewareOptions options)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(options);
        return builder.UseMiddleware<CloudEventsMiddleware>(options);
    }
}
