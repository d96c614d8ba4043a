using System.Globalization;
using LocalSidecar.Apps;
using LocalSidecar.Invoke;

namespace LocalSidecar.Api.Grpc;

/// <summary>A call's metadata as an app's headers, and an app's headers as the answer's metadata.</summary>
internal static class InvokeHeaders
{
    // What is about the one connection, or what the sidecar says itself.
    private static readonly HashSet<string> NotForwarded = new(StringComparer.OrdinalIgnoreCase)
    {
        "Connection", "Keep-Alive", "Proxy-Connection", "TE", "Trailer", "Transfer-Encoding", "Upgrade", "Content-Length", "Content-Type",
        "dapr-api-token", "Traceparent", "Tracestate", "grpc-timeout", "grpc-encoding",
    };

    /// <summary>Gives the app what the caller sent as metadata, but for bytes.</summary>
    public static void ToApp(HttpContext context, HttpRequestMessage outgoing)
    {
        foreach ((string name, Microsoft.Extensions.Primitives.StringValues values) in context.Request.Headers)
        {
            if (NotForwarded.Contains(name) || name.StartsWith(':') || name.EndsWith("-bin", StringComparison.OrdinalIgnoreCase))
            {
                continue;
            }

            string sent = name.Equals("Host", StringComparison.OrdinalIgnoreCase) ? HttpNames.Prefix + "authority"
                : name.StartsWith("grpc-", StringComparison.OrdinalIgnoreCase) ? HttpNames.Prefix + name
                : name;
            if (!outgoing.Headers.TryAddWithoutValidation(sent, (IEnumerable<string?>)values))
            {
                // .NET has some names with a body only, be it empty.
                outgoing.Content ??= new ByteArrayContent([]);
                outgoing.Content.Headers.TryAddWithoutValidation(sent, (IEnumerable<string?>)values);
            }
        }
    }

    /// <summary>Gives the caller what the app answered as headers, its status among them.</summary>
    public static void ToCaller(HttpContext context, HttpResponseMessage response)
    {
        IHeaderDictionary headers = context.Response.Headers;
        headers[HttpNames.Prefix + "http-status"] = ((int)response.StatusCode).ToString(CultureInfo.InvariantCulture);
        headers["traceparent"] = CallTrace.ParentOf(context) is { Length: > 0 } trace ? trace : AppChannel.NoTrace;
        foreach ((string name, System.Net.Http.Headers.HeaderStringValues values) in
            response.Headers.NonValidated.Concat(response.Content.Headers.NonValidated))
        {
            if (HttpNames.Has(name))
            {
                headers[HttpNames.Prefix + name] = values.ToArray();
            }
            else if (!NotForwarded.Contains(name) && !name.StartsWith("grpc-", StringComparison.OrdinalIgnoreCase))
            {
                headers[name] = values.ToArray();
            }
        }
    }
}
