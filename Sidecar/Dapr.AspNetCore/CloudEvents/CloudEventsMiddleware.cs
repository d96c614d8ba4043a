using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Dapr.AspNetCore;

/// <summary>Opens structured cloud events: what follows in the pipeline sees their data alone.</summary>
internal sealed class CloudEventsMiddleware(RequestDelegate next, CloudEventsMiddlewareOptions options)
{
    private const string MediaType = "application/cloudevents+json";

    public Task InvokeAsync(HttpContext context) =>
        MediaTypeHeaderValue.TryParse(context.Request.ContentType, out var type)
        && type.MediaType.Equals(MediaType, StringComparison.OrdinalIgnoreCase)
            ? OpenAsync(context, type.Encoding ?? Encoding.UTF8)
            : next(context);

    private async Task OpenAsync(HttpContext context, Encoding encoding)
    {
        var request = context.Request;
        using var document = await ReadAsync(request, encoding, context.RequestAborted);
        if (document is not { RootElement.ValueKind: JsonValueKind.Object }
            || CloudEventData.Of(document.RootElement, options.SuppressJsonDecodingOfTextPayloads) is not { } data)
        {
            context.Response.StatusCode = StatusCodes.Status400BadRequest;
            return;
        }

        if (options.ForwardCloudEventPropertiesAsHeaders)
            CloudEventHeaders.Forward(document.RootElement, request.Headers, options);

        var (body, contentType, contentLength) = (request.Body, request.ContentType, request.ContentLength);
        try
        {
            request.Body = new MemoryStream(data.Bytes, writable: false);
            request.ContentType = data.ContentType;
            request.ContentLength = data.Bytes.Length;
            await next(context);
        }
        finally
        {
            request.Body = body;
            request.ContentType = contentType;
            request.ContentLength = contentLength;
        }
    }

    /// <summary>The event, or null when the body is not JSON.</summary>
    private static async Task<JsonDocument?> ReadAsync(HttpRequest request, Encoding encoding, CancellationToken cancellationToken)
    {
        try
        {
            if (encoding is UTF8Encoding)
                return await JsonDocument.ParseAsync(request.Body, cancellationToken: cancellationToken);
            using var reader = new StreamReader(request.Body, encoding, leaveOpen: true);
            return JsonDocument.Parse(await reader.ReadToEndAsync(cancellationToken));
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
