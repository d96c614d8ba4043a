using Microsoft.AspNetCore.Http.Features;

namespace JobOrchestrator.Http;

/// <summary>
/// Gives the API's requests the service's own services in place of a scope each: all that they ask for are there once, and making and
/// ending a scope costs every call. The pages have theirs, and so has every request where tokens are taken, for the framework checks these
/// by services of a request.
/// </summary>
internal sealed class RootServices(RequestDelegate next, IServiceProvider services)
{
    private readonly IServiceProvidersFeature _root = new Root(services);

    public Task InvokeAsync(HttpContext http)
    {
        if (!http.Request.Path.StartsWithSegments("/ui", StringComparison.OrdinalIgnoreCase))
        {
            http.Features.Set(_root);
        }

        return next(http);
    }

    /// <summary>The same for all requests, so that none of them sets it.</summary>
    private sealed class Root(IServiceProvider services) : IServiceProvidersFeature
    {
        public IServiceProvider RequestServices
        {
            get => services;
            set => throw new NotSupportedException("Requests of the API have the service's own services.");
        }
    }
}
