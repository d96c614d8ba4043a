namespace JobOrchestrator.Http;

/// <summary>
/// Gives the API's requests the service's own services in place of a scope each: all that they ask for are there once, and making and
/// ending a scope costs every call. The pages have theirs, and so has every request where tokens are taken, for the framework checks these
/// by services of a request.
/// </summary>
internal sealed class RootServices(RequestDelegate next, IServiceProvider services)
{
    public Task InvokeAsync(HttpContext http)
    {
        if (!http.Request.Path.StartsWithSegments("/ui", StringComparison.OrdinalIgnoreCase))
        {
            http.RequestServices = services;
        }

        return next(http);
    }
}
