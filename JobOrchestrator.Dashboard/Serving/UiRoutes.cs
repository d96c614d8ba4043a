using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace JobOrchestrator.Dashboard.Serving;

/// <summary>
/// Maps pages and what else is below <c>/ui</c>; all of it with the headers of the pages, none of it in the API's document.
/// </summary>
internal static partial class UiRoutes
{
    private static readonly string[] Reading = [HttpMethods.Get, HttpMethods.Head];

    /// <summary>A page, and its parts by name (<c>?part=</c>).</summary>
    /// <param name="routes">Where.</param>
    /// <param name="pattern">The page's address.</param>
    /// <param name="page">The component that is the page.</param>
    /// <param name="parts">Those of its parts that are asked for again while it is looked at.</param>
    public static void MapPage(
        this IEndpointRouteBuilder routes, string pattern, Type page, params (string Name, Type Part)[] parts) =>
        routes.MapPage(pattern, page, static _ => null, parts);

    /// <summary>A page with one address for what may be said in several.</summary>
    /// <param name="routes">Where.</param>
    /// <param name="pattern">The page's address.</param>
    /// <param name="page">The component that is the page.</param>
    /// <param name="instead">The address that is gone to in place of this one; null: it is this one.</param>
    /// <param name="parts">Those of its parts that are asked for again while it is looked at.</param>
    public static void MapPage(
        this IEndpointRouteBuilder routes, string pattern, Type page, Func<View, string?> instead, params (string Name, Type Part)[] parts)
    {
        Dictionary<string, Type> byName = parts.ToDictionary(part => part.Name, part => part.Part, StringComparer.Ordinal);
        routes.MapUi(pattern, Reading, http =>
            instead(http.RequestServices.GetRequiredService<View>()) is { } better ? GoAsync(http, better)
            : http.Request.Query["part"] is not [{ Length: > 0 } name, ..] ? Html.SendPageAsync(http, page)
            : byName.TryGetValue(name, out Type? part) ? Html.SendPartAsync(http, part)
            : NotThereAsync(http));
    }

    /// <summary>Something to read that is no page.</summary>
    public static void MapRead(this IEndpointRouteBuilder routes, string pattern, RequestDelegate answer) =>
        routes.MapUi(pattern, Reading, answer);

    /// <summary>A change. A form of ours alone may ask for it.</summary>
    public static void MapChange(this IEndpointRouteBuilder routes, string pattern, RequestDelegate change) =>
        routes.MapUi(pattern, [HttpMethods.Post], http => SameOrigin.Is(http.Request) ? change(http) : ForeignAsync(http));

    private static void MapUi(this IEndpointRouteBuilder routes, string pattern, string[] methods, RequestDelegate answer) =>
        routes.MapMethods(pattern, methods, async http =>
        {
            http.RequestServices.GetRequiredService<Exchange>().Http = http;
            UiHeaders.Set(http);
            try
            {
                await answer(http);
            }
            catch (Exception exception) when (!http.Response.HasStarted && !http.RequestAborted.IsCancellationRequested)
            {
                await UnexpectedAsync(http, exception);
            }
        }).ExcludeFromDescription();

    /// <summary>
    /// Our own fault: it is in the log, and whoever looks is told so in a page that needs nothing which could fail again.
    /// </summary>
    private static Task UnexpectedAsync(HttpContext http, Exception exception)
    {
        ILogger log = http.RequestServices.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(UiRoutes).FullName!);
        LogUnexpected(log, exception, http.Request.Method, http.Request.Path);
        http.Response.StatusCode = StatusCodes.Status500InternalServerError;
        http.Response.ContentType = "text/html; charset=utf-8";
        return http.Response.WriteAsync(
            "<!doctype html><html lang=\"en\"><title>Something went wrong</title><h1>Something went wrong in these pages</h1>"
                + "<p>The fault is in the service's log. The API is not touched by it.</p>",
            http.RequestAborted);
    }

    [LoggerMessage(2_102, LogLevel.Error, "The page for {Method} {Path} could not be made.")]
    private static partial void LogUnexpected(ILogger log, Exception exception, string method, string path);

    /// <summary>What a reading of a change's address is told: nothing is changed by GET.</summary>
    public static Task OnlyByPostAsync(HttpContext http)
    {
        http.Response.StatusCode = StatusCodes.Status405MethodNotAllowed;
        http.Response.Headers.Allow = HttpMethods.Post;
        http.Response.ContentType = "text/plain; charset=utf-8";
        return http.Response.WriteAsync("Changes are asked for by the forms of these pages.", http.RequestAborted);
    }

    private static Task GoAsync(HttpContext http, string address)
    {
        http.Response.StatusCode = StatusCodes.Status303SeeOther;
        http.Response.Headers.Location = http.RequestServices.GetRequiredService<View>().Base + address;
        return Task.CompletedTask;
    }

    private static Task NotThereAsync(HttpContext http)
    {
        http.Response.StatusCode = StatusCodes.Status404NotFound;
        return http.Response.WriteAsync("This page has no such part.");
    }

    private static Task ForeignAsync(HttpContext http)
    {
        http.Response.StatusCode = StatusCodes.Status403Forbidden;
        http.Response.ContentType = "text/plain; charset=utf-8";
        return http.Response.WriteAsync("Only a form of these pages may ask for a change. Programs use the API.");
    }
}
