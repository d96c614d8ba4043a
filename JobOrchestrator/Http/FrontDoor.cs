using JobOrchestrator.Dashboard.Hosting;
using Microsoft.Extensions.Options;

namespace JobOrchestrator.Http;

/// <summary>What stands at the service's bare address: the pages for people, and for programs where to go.</summary>
internal static class FrontDoor
{
    /// <summary>A browser goes on to the pages, or to the API's where there are none; others get links.</summary>
    public static IResult Answer(HttpContext http, IOptions<UiOptions> ui)
    {
        PathString here = http.Request.PathBase;
        string pages = here.Add(ui.Value.Enabled ? "/ui" : "/swagger").ToUriComponent();
        http.Response.Headers.Vary = "Accept";
        if (http.Request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase))
        {
            http.Response.Headers.Location = pages;
            return Results.StatusCode(StatusCodes.Status303SeeOther);
        }

        string Link(string path) => here.Add(path).ToUriComponent();
        return Results.Ok(new Links(
            pages, Link("/jobs"), Link("/queues"), Link("/swagger/v1/swagger.json"), Link("/problems"), Link("/health/ready")));
    }

    /// <param name="Pages">For people.</param>
    /// <param name="Jobs">All jobs, newest first.</param>
    /// <param name="Queues">All queues in numbers.</param>
    /// <param name="OpenApi">Every operation, for programs that make clients.</param>
    /// <param name="Problems">Every kind of refusal.</param>
    /// <param name="Health">Whether jobs are taken.</param>
    internal sealed record Links(string Pages, string Jobs, string Queues, string OpenApi, string Problems, string Health);
}
