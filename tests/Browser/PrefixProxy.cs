using System.Net;
using TestSupport;

namespace Browser;

/// <summary>A proxy that shows a service below a prefix: it strips the prefix on the way there and says so in a header.</summary>
internal sealed class PrefixProxy : IAsyncDisposable
{
    // Of one connection each, whichever end it comes from.
    private static readonly string[] OfTheConnection = ["Connection", "Keep-Alive", "Transfer-Encoding", "Content-Length", "Host"];

    private readonly HttpListener _listener = new();
    private readonly HttpClient _service = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false });
    private readonly Uri _origin;
    private readonly string _prefix;
    private readonly Task _loop;

    private PrefixProxy(Uri origin, string prefix)
    {
        (_origin, _prefix) = (origin, prefix);
        Origin = new Uri($"http://127.0.0.1:{FreePort.Next()}");
        _listener.Prefixes.Add($"{Origin}");
        _listener.Start();
        _loop = AcceptAsync();
    }

    public Uri Origin { get; }

    /// <summary>Begins to show a service.</summary>
    /// <param name="origin">Where it is.</param>
    /// <param name="prefix">What its addresses begin with here, such as <c>/ops</c>; others are answered by 404.</param>
    public static PrefixProxy Start(Uri origin, string prefix) => new(origin, prefix);

    public async ValueTask DisposeAsync()
    {
        _listener.Close();
        await _loop;
        _service.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (true)
        {
            HttpListenerContext http;
            try
            {
                http = await _listener.GetContextAsync();
            }
            catch (Exception exception) when (exception is HttpListenerException or ObjectDisposedException)
            {
                return;
            }

            _ = AnswerAsync(http);
        }
    }

    private async Task AnswerAsync(HttpListenerContext http)
    {
        try
        {
            await PassOnAsync(http.Request, http.Response);
            http.Response.Close();
        }
        catch (Exception exception) when (
            exception is HttpListenerException or ObjectDisposedException or HttpRequestException or IOException)
        {
            // One of the two has left.
            http.Response.Abort();
        }
    }

    private async Task PassOnAsync(HttpListenerRequest asked, HttpListenerResponse answer)
    {
        string path = asked.RawUrl!;
        if (path != _prefix && !path.StartsWith($"{_prefix}/", StringComparison.Ordinal))
        {
            answer.StatusCode = 404;
            return;
        }

        string stripped = path.Length == _prefix.Length ? "/" : path[_prefix.Length..];
        using var request = new HttpRequestMessage(new HttpMethod(asked.HttpMethod), new Uri(_origin, stripped));
        if (asked.HttpMethod != HttpMethod.Get.Method)
        {
            request.Content = new StreamContent(asked.InputStream);
        }

        foreach (string name in asked.Headers.AllKeys.Except(OfTheConnection, StringComparer.OrdinalIgnoreCase).OfType<string>())
        {
            if (!request.Headers.TryAddWithoutValidation(name, asked.Headers[name]))
            {
                request.Content?.Headers.TryAddWithoutValidation(name, asked.Headers[name]);
            }
        }

        request.Headers.Add("X-Forwarded-Prefix", _prefix);
        request.Headers.Add("X-Forwarded-Host", Origin.Authority);
        using HttpResponseMessage came = await _service.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        answer.StatusCode = (int)came.StatusCode;
        foreach ((string name, IEnumerable<string> values) in came.Headers.Concat(came.Content.Headers))
        {
            foreach (string value in OfTheConnection.Contains(name, StringComparer.OrdinalIgnoreCase) ? [] : values)
            {
                answer.AppendHeader(name, value);
            }
        }

        answer.SendChunked = came.StatusCode is not (HttpStatusCode.NotModified or HttpStatusCode.NoContent);
        await using Stream body = await came.Content.ReadAsStreamAsync();
        byte[] part = new byte[16 * 1024];
        for (int read; (read = await body.ReadAsync(part)) > 0;)
        {
            await answer.OutputStream.WriteAsync(part.AsMemory(0, read));
            await answer.OutputStream.FlushAsync();
        }
    }
}
