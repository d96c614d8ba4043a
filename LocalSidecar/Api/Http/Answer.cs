using LocalSidecar.Apps;

namespace LocalSidecar.Api.Http;

/// <summary>Answers in the sidecar API's form.</summary>
internal static class Answer
{
    public const string Json = "application/json";

    /// <summary>Echoes the trace of the request, or zeros; every answer but the health routes' has it.</summary>
    public static void Trace(HttpContext context) =>
        context.Response.Headers["Traceparent"] = TraceOf(context) is { Length: > 0 } trace ? trace : AppChannel.NoTrace;

    /// <summary>The request's W3C trace, if it has a valid one; else empty.</summary>
    public static string TraceOf(HttpContext context)
    {
        string trace = context.Request.Headers.TraceParent.ToString();
        return trace.Length == 55 && trace[2] == '-' && trace[35] == '-' && trace[52] == '-' ? trace : "";
    }

    public static void Empty(HttpContext context) => context.Response.StatusCode = 204;

    /// <summary>A body whose length is known, which nearly all are.</summary>
    public static async Task SendAsync(HttpContext context, int status, ReadOnlyMemory<byte> body, string contentType = Json)
    {
        HttpResponse response = context.Response;
        response.StatusCode = status;
        response.ContentType = contentType;
        response.ContentLength = body.Length;
        await response.BodyWriter.WriteAsync(body, context.RequestAborted);
    }

    public static Task SendAsync(HttpContext context, ApiError error) => SendAsync(context, error.Status, error.Body);
}
