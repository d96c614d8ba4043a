using JobOrchestrator.Http.OpenApi;
using Microsoft.AspNetCore.Routing.Patterns;

namespace JobOrchestrator.Http;

/// <summary>An operation: the exchange and what it works with.</summary>
internal delegate Task Operation(HttpContext http, Api api);

/// <summary>
/// Maps operations as plain request delegates: the hot ones read the connection's buffer and write into it, with no binding in between.
/// </summary>
internal static class Routes
{
    /// <summary>Reading operations answer HEAD as well.</summary>
    public static readonly string[] Reading = [HttpMethods.Get, HttpMethods.Head];

    public static IEndpointConventionBuilder MapRead(this IEndpointRouteBuilder routes, string pattern, Operation operation) =>
        routes.Map(pattern, Reading, operation);

    public static IEndpointConventionBuilder MapCommand(this IEndpointRouteBuilder routes, string pattern, Operation operation) =>
        routes.Map(pattern, [HttpMethods.Post], operation);

    public static IEndpointConventionBuilder Map(this IEndpointRouteBuilder routes, string pattern, string[] methods, Operation operation)
    {
        Api api = routes.ServiceProvider.GetRequiredService<Api>();
        return routes.MapMethods(
            pattern,
            methods,
            http =>
            {
                if (http.Request.QueryString.HasValue)
                {
                    Query.RequireUtf8(http.Request);
                    Query.RequireKnown(http, api.Unknown);
                }

                return NoBody.IsToBeChecked(http, out OperationDoc? doc)
                    ? CheckedAsync(http, api, operation, doc!)
                    : operation(http, api);
            }).WithMetadata(NeedsApiKey.Mark);
    }

    private static async Task CheckedAsync(HttpContext http, Api api, Operation operation, OperationDoc doc)
    {
        await NoBody.RequireAsync(http, doc);
        await operation(http, api);
    }

    /// <summary>The same of a pattern whose parameters have policies.</summary>
    public static IEndpointConventionBuilder Map(
        this IEndpointRouteBuilder routes, RoutePattern pattern, string[] methods, Operation operation)
    {
        Api api = routes.ServiceProvider.GetRequiredService<Api>();
        return routes.Map(
            pattern,
            http =>
            {
                Query.RequireUtf8(http.Request);
                return operation(http, api);
            }).WithMetadata(new HttpMethodMetadata(methods), NeedsApiKey.Mark);
    }

    /// <summary>
    /// A literal path wins over <c>{id}</c> for every method, not only for its own: <c>GET /jobs/batch</c> is the wrong method, not a job
    /// called "batch".
    /// </summary>
    public static void MapOtherMethods(this IEndpointRouteBuilder routes, string pattern, string allow) =>
        routes.Map(pattern, http =>
        {
            http.Response.StatusCode = StatusCodes.Status405MethodNotAllowed;
            http.Response.Headers.Allow = allow;
            return Task.CompletedTask;
        });
}
