using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text.Json.Nodes;

namespace Sidecar.Conformance.Calls;

/// <summary>
/// A gRPC client as bare as can be: what it sends and receives is what is on the wire, so that unknown methods can be called
/// and it shows whether a failure came as trailers alone, which client libraries hide.
/// </summary>
internal sealed class CallConnection(Uri address) : IDisposable
{
    private const int Cancelled = 1;
    private const int DeadlineExceeded = 4;
    private const int Unavailable = 14;

    private readonly HttpClient _http = new(new SocketsHttpHandler
    {
        UseProxy = false,
        AllowAutoRedirect = false,
        ActivityHeadersPropagator = null,
    })
    {
        Timeout = Timeout.InfiniteTimeSpan,
    };

    /// <summary>Sends one message and reads to the end.</summary>
    public Task<CallReply> CallAsync(string method, JsonObject? metadata, byte[] message, TimeSpan? timeout, bool gzip = false)
    {
        JsonObject headers = Headers(metadata, timeout);
        if (gzip)
        {
            headers["grpc-encoding"] = "gzip";
        }

        return SendAsync(new WireRequest("POST", method, headers, Convert.ToBase64String(Frames.Frame(message, gzip))), timeout);
    }

    /// <summary>Sends a request with exactly these headers and bytes.</summary>
    /// <param name="request">The request.</param>
    /// <param name="timeout">When to give up; null: never.</param>
    public async Task<CallReply> SendAsync(WireRequest request, TimeSpan? timeout)
    {
        using CancellationTokenSource limit = new();
        if (timeout is { } time)
        {
            limit.CancelAfter(time);
        }

        try
        {
            ByteArrayContent content = new(Convert.FromBase64String(request.Base64));
            using HttpRequestMessage message = Message(request.Verb, request.Path, request.Headers, content);
            using HttpResponseMessage response = await _http.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, limit.Token);
            byte[] body = await response.Content.ReadAsByteArrayAsync(limit.Token);
            return Reply(response, body);
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException or OperationCanceledException)
        {
            return Failed(failure);
        }
    }

    /// <summary>Opens a stream; nothing is sent before its first message.</summary>
    public CallStream Open(string method, JsonObject? metadata)
    {
        OpenContent content = new();
        CancellationTokenSource cancellation = new();
        HttpRequestMessage message = Message("POST", method, Headers(metadata, null), content);
        Task<HttpResponseMessage> response = _http.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, cancellation.Token);
        return new CallStream(response, content, cancellation);
    }

    public void Dispose() => _http.Dispose();

    public static CallReply Reply(HttpResponseMessage response, byte[] body)
    {
        Dictionary<string, string[]> headers = Dictionary([response.Headers, response.Content.Headers]);
        return new CallReply((int)response.StatusCode, headers, body, Dictionary([response.TrailingHeaders]));
    }

    public static CallReply Failed(Exception failure)
    {
        for (Exception? cause = failure; cause is not null; cause = cause.InnerException)
        {
            switch (cause)
            {
                case SocketException or HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError }:
                    return CallReply.Failed(Unavailable, failure.Message);
                case HttpProtocolException { ErrorCode: 8 }:
                    return CallReply.Failed(Cancelled, "reset by the sidecar: CANCEL");
                case OperationCanceledException:
                    return CallReply.Failed(DeadlineExceeded, "given up");
            }
        }

        return CallReply.Failed(Unavailable, failure.Message);
    }

    private static JsonObject Headers(JsonObject? metadata, TimeSpan? timeout)
    {
        // As the recording's client said them, since an app that is invoked gets to see them.
        JsonObject headers = new()
        {
            ["content-type"] = "application/grpc",
            ["te"] = "trailers",
            ["user-agent"] = "grpc-go/1.82.1",
            ["grpc-accept-encoding"] = "gzip",
        };
        if (timeout is { } time)
        {
            headers["grpc-timeout"] = string.Create(CultureInfo.InvariantCulture, $"{time.TotalMilliseconds:0}m");
        }

        foreach ((string name, JsonNode? value) in metadata ?? [])
        {
            headers[name] = value?.DeepClone();
        }

        return headers;
    }

    private HttpRequestMessage Message(string verb, string path, JsonObject headers, HttpContent content)
    {
        HttpRequestMessage message = new(new HttpMethod(verb), new Uri(address, path))
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = content,
        };
        foreach ((string name, JsonNode? value) in headers)
        {
            string[] values = value is JsonArray several
                ? [.. several.Select(one => one!.GetValue<string>())]
                : [Messages.Expand(value!.GetValue<string>())];
            // content-type, content-language and their like .NET takes for the content's.
            if (!message.Headers.TryAddWithoutValidation(name, values))
            {
                content.Headers.TryAddWithoutValidation(name, values);
            }
        }

        return message;
    }

    private static Dictionary<string, string[]> Dictionary(HttpHeaders[] groups) => groups
        .SelectMany(group => group.NonValidated)
        .ToDictionary(header => header.Key.ToLowerInvariant(), header => header.Value.ToArray());
}
