using LocalSidecar.Apps;
using LocalSidecar.Invoke;
using Microsoft.AspNetCore.Http.Features;

namespace LocalSidecar.Api.Http;

/// <summary>Passes a call over HTTP on to an app of this process, both bodies as streams: long polls and event streams work.</summary>
internal sealed class InvokeRoutes(Sidecar sidecar, Invocation invocation)
{
    private readonly GrpcAppCall _grpc = new(sidecar);

    private static readonly HashSet<string> NotForwarded = new(StringComparer.OrdinalIgnoreCase)
    {
        "Connection", "Keep-Alive", "Proxy-Authenticate", "Proxy-Authorization", "Proxy-Connection", "TE", "Trailer", "Transfer-Encoding",
        "Upgrade",
        "Host", "dapr-app-id", "dapr-api-token", "Traceparent", "Expect",
    };

    /// <summary>The form <c>invoke/{app}/method/{path}</c>; null when the path is not of this form.</summary>
    /// <param name="context">The exchange.</param>
    /// <param name="target">Its path and query.</param>
    /// <param name="rest">What stands in the path behind <c>invoke/</c>.</param>
    public Task? Route(HttpContext context, in RequestTarget target, ReadOnlySpan<char> rest)
    {
        int slash = rest.IndexOf('/');
        if (slash <= 0 || !(rest[slash..].StartsWith("/method/") || rest[slash..] is "/method"))
        {
            return null;
        }

        string app = RequestTarget.Decode(rest[..slash]);
        string path = rest[slash..] is "/method" ? "/" : rest[(slash + "/method".Length)..].ToString();
        return CallAsync(context, app, path, target.Query);
    }

    /// <summary>
    /// The form with the header <c>dapr-app-id</c>, or with that name as the basic-auth user; also what unknown paths end in.
    /// </summary>
    public Task ByHeader(HttpContext context, in RequestTarget target)
    {
        string app = context.Request.Headers["dapr-app-id"].ToString();
        if (app.Length == 0)
        {
            app = BasicAuthApp(context);
        }

        return app.Length > 0
            ? CallAsync(context, app, target.Path, target.Query)
            : Answer.SendAsync(
                context,
                ApiError.Plain(404, "ERR_DIRECT_INVOKE", "failed getting app id either from the URL path or the header dapr-app-id"));
    }

    private async Task CallAsync(HttpContext context, string app, string path, string query)
    {
        InvokedMethod.Check(app, path);
        App callee = invocation.Find(app);
        context.Features.Get<IHttpMaxRequestBodySizeFeature>()!.MaxRequestBodySize = sidecar.Settings.MaxBodySize;
        if (context.Request.ContentLength > sidecar.Settings.MaxBodySize)
        {
            (await RequestBody.ReadAsItIsAsync(context, 0))?.Dispose();
            throw Invocation.Failed(app, "stream too large");
        }

        if (callee.Channel.Grpc is not null)
        {
            await _grpc.PassOnAsync(context, app, callee, path, query);
            return;
        }

        using HttpRequestMessage request = Request(
            context, new Uri(callee.Channel.BaseUri!, path + (query.Length > 0 ? "?" + query : "")));
        HttpResponseMessage response;
        try
        {
            response = await invocation.SendAsync(
                app,
                callee,
                request,
                context.Request.Host.Value ?? "",
                Answer.TraceOf(context),
                PackingFor(context.Request),
                context.RequestAborted);
        }
        catch (BadHttpRequestException problem)
        {
            // The caller's own body broke off on its way to the app, or was too large.
            throw Invocation.Failed(app, problem.Message);
        }

        using (response)
        {
            await PassOnAsync(context, response);
        }
    }

    /// <summary>What the caller says of compression counts; for one who says nothing the answer is unpacked, as by daprd.</summary>
    private static Packing PackingFor(HttpRequest request) =>
        request.Headers.ContainsKey("Accept-Encoding") || request.Headers.ContainsKey("Range") || HttpMethods.IsHead(request.Method)
            ? Packing.AsItIs
            : Packing.Unpacked;

    private static HttpRequestMessage Request(HttpContext context, Uri uri)
    {
        HttpRequest incoming = context.Request;
        var request = new HttpRequestMessage(new HttpMethod(incoming.Method), uri);
        if (context.Features.Get<IHttpRequestBodyDetectionFeature>() is { CanHaveBody: true })
        {
            request.Content = new StreamContent(incoming.Body);
        }

        foreach ((string name, Microsoft.Extensions.Primitives.StringValues values) in incoming.Headers)
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

        return request;
    }

    private static async Task PassOnAsync(HttpContext context, HttpResponseMessage response)
    {
        HttpResponse outgoing = context.Response;
        outgoing.StatusCode = (int)response.StatusCode;
        foreach ((string name, System.Net.Http.Headers.HeaderStringValues values) in response.Headers.NonValidated.Concat(
            response.Content.Headers.NonValidated))
        {
            // A 2xx goes out in chunks, as from daprd; other answers keep their length.
            bool isLength = name.Equals("Content-Length", StringComparison.OrdinalIgnoreCase);
            if (!NotForwarded.Contains(name) && !(isLength && response.IsSuccessStatusCode && context.Request.Method != "HEAD"))
            {
                outgoing.Headers[name] = values.ToArray();
            }
        }

        if (context.Request.Method == "HEAD" || (int)response.StatusCode is 204 or 304)
        {
            return;
        }

        await using Stream body = await response.Content.ReadAsStreamAsync(context.RequestAborted);
        byte[] buffer = new byte[16 << 10];
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
        string value = context.Request.Headers.Authorization.ToString();
        if (!value.StartsWith("Basic ", StringComparison.OrdinalIgnoreCase))
        {
            return "";
        }

        byte[] bytes = new byte[value.Length];
        return Convert.TryFromBase64String(value[6..].Trim(), bytes, out int length)
            && System.Text.Encoding.UTF8.GetString(bytes, 0, length) is var pair
            && pair.StartsWith("dapr-app-id:", StringComparison.Ordinal)
            ? pair["dapr-app-id:".Length..]
            : "";
    }
}
