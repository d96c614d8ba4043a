using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;

namespace Dapr.Client.Http;

/// <summary>The sidecar's HTTP API, one partial file per family of calls.</summary>
internal sealed partial class HttpDaprClient : DaprClient
{
    private static readonly MediaTypeHeaderValue Json = new("application/json");

    private readonly HttpClient _http;
    private readonly Uri _endpoint;
    private readonly string _base;
    private readonly string _token;

    public HttpDaprClient(Uri endpoint, string token, JsonSerializerOptions options, TimeSpan timeout)
    {
        _endpoint = endpoint;
        _base = endpoint.GetLeftPart(UriPartial.Authority);
        _token = token;
        JsonSerializerOptions = options;
        _http = new HttpClient(Connections.Create());
        if (timeout > TimeSpan.Zero)
            _http.Timeout = timeout;
    }

    public override JsonSerializerOptions JsonSerializerOptions { get; }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _http.Dispose();
        base.Dispose(disposing);
    }

    private static ReadOnlyMemoryContent JsonBody(PooledBuffer body)
    {
        // HTTP/1.1 sends all of a body before it reads the answer, so the buffer is free again when the call returns.
        var content = new ReadOnlyMemoryContent(body.Memory);
        content.Headers.ContentType = Json;
        return content;
    }

    private HttpRequestMessage Request(HttpMethod method, Uri uri, HttpContent? content = null)
    {
        var request = new HttpRequestMessage(method, uri) { Content = content };
        if (_token.Length > 0)
            request.Headers.TryAddWithoutValidation(DaprDefaults.TokenHeader, _token);
        return request;
    }

    /// <summary>Sends, and turns what can happen on the way into the exceptions callers know.</summary>
    private async Task<HttpResponseMessage> SendAsync(string operation, HttpRequestMessage request, CancellationToken cancellationToken)
    {
        try
        {
            return await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        }
        catch (HttpRequestException exception)
        {
            throw SidecarError.Unreachable(operation, exception);
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw SidecarError.TimedOut(operation, exception);
        }
    }

    /// <summary>Sends and expects success without content.</summary>
    private async Task SendAndForgetAsync(string operation, HttpRequestMessage request, CancellationToken cancellationToken)
    {
        using (request)
        {
            using var response = await SendAsync(operation, request, cancellationToken);
            if (!response.IsSuccessStatusCode)
                throw await RefusedAsync(operation, response, cancellationToken);
        }
    }

    /// <summary>The body of an answer, which the caller disposes.</summary>
    private async Task<PooledBuffer> BodyAsync(string operation, HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var length = response.Content.Headers.ContentLength ?? 0;
        // One byte more, so that the read that finds the end needs no larger buffer.
        var body = new PooledBuffer((int)Math.Min(length + 1, Array.MaxLength));
        // The client's own time limit ends with the headers.
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(_http.Timeout);
        try
        {
            await using var stream = await response.Content.ReadAsStreamAsync(limit.Token);
            int read;
            while ((read = await stream.ReadAsync(body.GetMemory(), limit.Token)) > 0)
                body.Advance(read);
            return body;
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            body.Dispose();
            throw SidecarError.TimedOut(operation, exception);
        }
        catch (Exception exception) when (exception is IOException or HttpRequestException)
        {
            body.Dispose();
            throw SidecarError.Unreachable(operation, exception);
        }
        catch
        {
            body.Dispose();
            throw;
        }
    }

    private async Task<DaprException> RefusedAsync(string operation, HttpResponseMessage response, CancellationToken cancellationToken)
    {
        using var body = await BodyAsync(operation, response, cancellationToken);
        return SidecarError.Refused(operation, response.StatusCode, body.Span);
    }

    /// <summary>An answer's ETag exactly as sent: the typed header refuses those without quotes.</summary>
    private static string ETagOf(HttpResponseMessage response) =>
        response.Headers.NonValidated.TryGetValues("ETag", out var values) ? values.ToString() : "";

    private static bool IsAbsent(HttpResponseMessage response) => response.StatusCode is HttpStatusCode.NoContent;
}
