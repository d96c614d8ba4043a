using JobOrchestrator.Core;
using JobOrchestrator.Hosting;
using JobOrchestrator.Http;
using Microsoft.AspNetCore.Routing.Patterns;

namespace JobOrchestrator.Doors.Hasty;

/// <summary>
/// Hasty: one simulated job for each object, no sooner than every five minutes. All answers are an envelope with one member,
/// <c>message</c>. <c>GET /</c>, a 405 there, is the way to our pages.
/// </summary>
internal sealed class HastyDoor(DoorOptions options) : Door("Hasty")
{
    public override void MapRoutes(IEndpointRouteBuilder routes)
    {
        Map(routes, HttpMethods.Post, "/", new StartHastyJob(options).HandleAsync);
        Map(
            routes,
            HttpMethods.Get,
            RoutePatternFactory.Parse("/{jobId}", defaults: null, parameterPolicies: new { jobId = new NoMachinesAddress() }),
            GetHastyJob.HandleAsync);
    }

    /// <summary>Of the paths of one segment, which are many's mistakes, those that are a job.</summary>
    public override bool Answers(string method, PathString path) => HttpMethods.IsPost(method)
        ? path == "/"
        : HttpMethods.IsGet(method) && path.Value is { Length: > 1 } segment && JobId.TryParse(segment[1..], out _);

    /// <summary>There, every error is a 400 with its text, the store's as well. Who may not call hears that all the same.</summary>
    public override Task SendAsync(HttpContext http, Problem problem)
    {
        http.Response.StatusCode = problem.Status is StatusCodes.Status401Unauthorized or StatusCodes.Status403Forbidden
            or StatusCodes.Status500InternalServerError
            ? problem.Status
            : StatusCodes.Status400BadRequest;
        return SendAsync(http, problem.Detail);
    }

    public static Task RefuseAsync(HttpContext http, string message)
    {
        http.Response.StatusCode = StatusCodes.Status400BadRequest;
        return SendAsync(http, message);
    }

    /// <summary>The status in Hasty's words. What failed has no word there; it did not finish.</summary>
    public static string WordOf(JobStatus status) => status switch
    {
        JobStatus.New or JobStatus.InProgress => "processing",
        JobStatus.Completed => "finished",
        JobStatus.Failed or JobStatus.Cancelled => "cancelled",
    };

    private static Task SendAsync(HttpContext http, string message) => JsonAnswer.SendAsync(http, message, static (writer, text) =>
    {
        writer.WriteStartObject();
        writer.WriteString("message"u8, text);
        writer.WriteEndObject();
    });
}
