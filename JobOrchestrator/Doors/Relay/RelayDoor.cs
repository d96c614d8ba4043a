using System.Text;
using JobOrchestrator.Http;
using Microsoft.AspNetCore.Routing.Template;

namespace JobOrchestrator.Doors.Relay;

/// <summary>
/// relay: jobs that are named by their queue and an id of the caller's, and forgotten once they are done. Its three generations differ in
/// paths, codes and counting; each has its own door. Errors are plain text.
/// </summary>
internal abstract class RelayDoor() : Door("Relay")
{
    public override void MapRoutes(IEndpointRouteBuilder routes)
    {
        foreach (IGrouping<string, RelayRoute> path in Routes().GroupBy(route => route.Pattern))
        {
            foreach (RelayRoute route in path)
            {
                IEndpointConventionBuilder mapped = Map(routes, route.Method, route.Pattern, route.Operation);
                if (route.Takes)
                {
                    mapped.WithMetadata(ChangesByGet.Mark);
                }
            }

            MapOtherMethods(routes, path.Key, string.Join(", ", path.Select(route => route.Method)));
        }
    }

    public override bool Answers(string method, PathString path) => Routes().Any(route =>
        route.Method == method
        && new TemplateMatcher(TemplateParser.Parse(route.Pattern), []).TryMatch(path, []));

    public override Task SendAsync(HttpContext http, Problem problem) => SendTextAsync(http, StatusOf(problem), problem.Detail);

    public static async Task SendTextAsync(HttpContext http, int status, string text)
    {
        byte[] utf8 = Encoding.UTF8.GetBytes(text);
        http.Response.StatusCode = status;
        http.Response.ContentType = "text/plain; charset=utf-8";
        http.Response.ContentLength = utf8.Length;
        if (!HttpMethods.IsHead(http.Request.Method))
        {
            await http.Response.Body.WriteAsync(utf8, http.RequestAborted);
        }
    }

    /// <summary>Its routes.</summary>
    protected abstract IEnumerable<RelayRoute> Routes();

    /// <summary>The status that this generation's clients know for a problem.</summary>
    protected abstract int StatusOf(Problem problem);

    /// <summary>Whether the same call can succeed later: the store is away or takes no more at the moment.</summary>
    protected static bool CanBeRetried(Problem problem) =>
        problem.Status is StatusCodes.Status429TooManyRequests or StatusCodes.Status503ServiceUnavailable
            or StatusCodes.Status504GatewayTimeout;

    /// <summary>There, a wrong method is a bare 405. Without this, a path of one segment would be a job's id to another door.</summary>
    protected void MapOtherMethods(IEndpointRouteBuilder routes, string pattern, string allow) =>
        routes.Map(pattern, http =>
        {
            http.Response.StatusCode = StatusCodes.Status405MethodNotAllowed;
            http.Response.Headers.Allow = allow;
            return Task.CompletedTask;
        }).WithMetadata(this).WithDisplayName($"{pattern} of door {Name}").ExcludeFromDescription();
}

/// <summary>One of relay's routes.</summary>
/// <param name="Method">The method.</param>
/// <param name="Pattern">The path.</param>
/// <param name="Operation">What it does.</param>
/// <param name="Takes">It hands out jobs, and by GET: that changes them.</param>
internal readonly record struct RelayRoute(string Method, string Pattern, Operation Operation, bool Takes = false);
