using LocalSidecar.Apps;
using LocalSidecar.Hosting;
using LocalSidecar.Http;
using Microsoft.AspNetCore.Http.Features;

namespace LocalSidecar.Invoke;

/// <summary>Passes a call on to an app of this process, both bodies as streams: long polls and event streams work.</summary>
internal sealed class Invocation(Sidecar caller, ILookup<string, Sidecar> sidecars)
{
    private static readonly HashSet<string> NotForwarded = new(StringComparer.OrdinalIgnoreCase)
    {
        "Connection", "Keep-Alive", "Proxy-Authenticate", "Proxy-Authorization", "Proxy-Connection", "TE", "Trailer", "Transfer-Encoding", "Upgrade",
        "Host", "dapr-app-id", "dapr-api-token", "Traceparent", "Expect",
    };

    /// <summary>The form <c>invoke/{app}/method/{path}</c>; null when the path is not of this form.</summary>
    /// <param name="context">The exchange.</param>
    /// <param name="target">Its path and query.</param>
    /// <param name="rest">What stands in the path behind <c>invoke/</c>.</param>
    public Task? Route(HttpContext context, in RequestTarget target, ReadOnlySpan<char> rest)
    {
        var slash = rest.IndexOf('/');
        if (slash <= 0 || !(rest[slash..].StartsWith("/method/") || rest[slash..] is "/method"))
        {
            return null;
        }

        var app = RequestTarget.Decode(rest[..slash]);
        var path = rest[slash..] is "/method" ? "/" : rest[(slash + "/method".Length)..].ToString();
        return CallAsync(context, app, path, target.Query);
    }

    /// <summary>The form with the header <c>dapr-app-id</c>, or with that name as the basic-auth user; also what unknown paths end in.</summary>
    public Task ByHeader(HttpContext context, in RequestTarget target)
    {
        var app = context.Request.Headers["dapr-app-id"].ToString();
        if (app.Length == 0)
        {
            app = BasicAuthApp(context);
        }

        return app.Length > 0
            ? CallAsync(context, app, target.Path, target.Query)
            : Answer.Send(context, ApiError.Plain(404, "ERR_DIRECT_INVOKE", "failed getting app id either from the URL path or the header dapr-app-id"));
    }

    private async Task CallAsync(HttpContext context, string app, string path, string query)
    {
        var id = app.EndsWith(".default", StringComparison.Ordinal) ? app[..^8] : app;
        if (CalleeOf(id) is not { Channel.BaseUri: { } address } callee)
        {
            throw Failed(app, "no host found with the given ID");
        }

        context.Features.Get<IHttpMaxRequestBodySizeFeature>()!.MaxRequestBodySize = caller.Settings.MaxBodySize;
        if (context.Request.ContentLength > caller.Settings.MaxBodySize)
        {
            (await RequestBody.ReadAsync(context, 0))?.Dispose();
            throw Failed(app, "stream too large");
        }

        using var request = Request(context, callee, new Uri(address, path + (query.Length > 0 ? "?" + query : "")));
        HttpResponseMessage response;
        try
        {
            response = await callee.Channel.InvokeAsync(request, context.RequestAborted);
        }
        catch (Exception problem) when (problem is HttpRequestException or BadHttpRequestException or ObjectDisposedException)
        {
            throw Failed(app, problem.Message);
        }

        using (response)
        {
            await PassOnAsync(context, response);
        }
    }

    /// <summary>Of several instances one that listens.</summary>
    private Sidecar? CalleeOf(string app) =>
        sidecars[app].FirstOrDefault(static instance => instance.Channel.WhenUp.IsCompleted) ?? sidecars[app].FirstOrDefault();

    private HttpRequestMessage Request(HttpContext context, Sidecar callee, Uri uri)
    {
        var incoming = context.Request;
        var request = new HttpRequestMessage(new HttpMethod(incoming.Method), uri);
        if (context.Features.Get<IHttpRequestBodyDetectionFeature>() is { CanHaveBody: true })
        {
            request.Content = new StreamContent(incoming.Body);
        }

        foreach (var (name, values) in incoming.Headers)
        {
            if (!NotForwarded.Contains(name) && !request.Headers.TryAddWithoutValidation(name, (IEnumerable<string?>)values))
            {
                request.Content?.Headers.TryAddWithoutValidation(name, (IEnumerable<string?>)values);
            }
        }

        if (!incoming.Headers.ContainsKey("User-Agent"))
        {
            request.Headers.TryAddWithoutValidation("User-Agent", "Go-http-client/1.1");
        }

        request.Headers.TryAddWithoutValidation("Traceparent", Answer.TraceOf(context) is { Length: > 0 } trace ? trace : AppChannel.NoTrace);
        if (callee != caller)
        {
            var host = incoming.Host.Value ?? "";
            request.Headers.TryAddWithoutValidation("dapr-caller-app-id", caller.AppId);
            request.Headers.TryAddWithoutValidation("dapr-caller-namespace", "default");
            request.Headers.TryAddWithoutValidation("dapr-callee-app-id", callee.AppId);
            request.Headers.TryAddWithoutValidation("X-Forwarded-For", "127.0.0.1");
            request.Headers.TryAddWithoutValidation("X-Forwarded-Host", host);
            request.Headers.TryAddWithoutValidation("Forwarded", $"for=127.0.0.1;by=127.0.0.1;host={host}");
        }

        return request;
    }

    private static async Task PassOnAsync(HttpContext context, HttpResponseMessage response)
    {
        var outgoing = context.Response;
        outgoing.StatusCode = (int)response.StatusCode;
        foreach (var (name, values) in response.Headers.NonValidated.Concat(response.Content.Headers.NonValidated))
        {
            // A 2xx goes out in chunks, as from daprd; other answers keep their length.
            var isLength = name.Equals("Content-Length", StringComparison.OrdinalIgnoreCase);
            if (!NotForwarded.Contains(name) && !(isLength && response.IsSuccessStatusCode && context.Request.Method != "HEAD"))
            {
                outgoing.Headers[name] = values.ToArray();
            }
        }

        if (context.Request.Method == "HEAD" || (int)response.StatusCode is 204 or 304)
        {
            return;
        }

        await using var body = await response.Content.ReadAsStreamAsync(context.RequestAborted);
        var buffer = new byte[16 << 10];
        await outgoing.StartAsync(context.RequestAborted);
        int read;
        while ((read = await body.ReadAsync(buffer, context.RequestAborted)) > 0)
        {
            // Flushed piece by piece: an event stream's next event may be minutes away.
            await outgoing.BodyWriter.WriteAsync(buffer.AsMemory(0, read), context.RequestAborted);
        }
    }

    private static string BasicAuthApp(HttpContext context)
    {
        var value = context.Request.Headers.Authorization.ToString();
        if (!value.StartsWith("Basic ", StringComparison.OrdinalIgnoreCase))
        {
            return "";
        }

        var bytes = new byte[value.Length];
        return Convert.TryFromBase64String(value[6..].Trim(), bytes, out var length)
            && System.Text.Encoding.UTF8.GetString(bytes, 0, length) is var pair
            && pair.StartsWith("dapr-app-id:", StringComparison.Ordinal)
            ? pair["dapr-app-id:".Length..]
            : "";
    }

    private static ApiException Failed(string app, string problem) =>
        new(ApiError.Plain(500, "ERR_DIRECT_INVOKE", $"failed to invoke, id: {app}, err: {problem}"));
}
