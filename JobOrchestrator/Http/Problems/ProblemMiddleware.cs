using Microsoft.AspNetCore.Connections;

namespace JobOrchestrator.Http;

/// <summary>Turns exceptions and bare error statuses into problem documents.</summary>
internal sealed partial class ProblemMiddleware(
    RequestDelegate next, IEnumerable<IAddressHint> hints, ILogger<ProblemMiddleware> log)
{
    public async Task InvokeAsync(HttpContext http)
    {
        try
        {
            await next(http);
        }
        catch (Exception exception)
            when (exception is ConnectionAbortedException
                || (http.RequestAborted.IsCancellationRequested && exception is OperationCanceledException or IOException))
        {
            // The caller has left: nobody reads an answer, and what was asked for goes on.
            return;
        }
        catch (Exception exception) when (!http.Response.HasStarted)
        {
            Problem? problem = Problems.Of(exception);
            if (problem is null)
            {
                Unexpected(log, exception, http.Request.Method, Problems.TraceIdOf(http));
            }

            http.Response.Clear();
            SafeHeaders.Set(http);
            await Problems.SendAsync(http, problem ?? Problems.InternalError);
            return;
        }

        if (http.Response is { HasStarted: false, StatusCode: >= 400, ContentLength: null, ContentType: null }
            && http.GetEndpoint()?.Metadata.GetMetadata<IProblemAnswer>() is null)
        {
            await DescribeBareStatusAsync(http);
        }
    }

    /// <summary>What the framework answers by itself: no route, wrong method.</summary>
    private Task DescribeBareStatusAsync(HttpContext http) => http.Response.StatusCode switch
    {
        StatusCodes.Status404NotFound =>
            Problems.SendAsync(http, new Problem(ProblemType.RouteNotFound, $"There is no operation at {http.Request.Path}.{Hint(http)}")),
        StatusCodes.Status405MethodNotAllowed => Problems.SendAsync(
            http,
            new Problem(
                ProblemType.MethodNotAllowed, $"It takes {http.Response.Headers.Allow}, not {http.Request.Method}.{Hint(http)}")),
        _ => Task.CompletedTask,
    };

    private string Hint(HttpContext http) =>
        hints.Select(hint => hint.Of(http.Request)).FirstOrDefault(hint => hint is not null) is { } known ? $" {known}" : "";

    [LoggerMessage(1001, LogLevel.Error, "{Method} request {TraceId} failed unexpectedly.")]
    private static partial void Unexpected(ILogger log, Exception exception, string method, string traceId);
}
