using System.Net;

namespace JobOrchestrator.Sdk;

#pragma warning disable RS0030 // What the environment says of proxies stands there.

/// <summary>
/// Says by which proxy a request went where it failed: whoever reads "connection refused" looks at the orchestrator else.
/// </summary>
internal sealed class ProxyNamed : DelegatingHandler
{
    private static readonly HttpRequestOptionsKey<string> Key = new("JobOrchestrator.Sdk.Proxy");

    /// <summary>The words for a request's proxy, with a blank in front; none where there is none, or nobody knows.</summary>
    public static string Words(HttpRequestMessage? request) =>
        request?.Options.TryGetValue(Key, out string? proxy) == true ? $" (by way of the proxy {proxy})" : "";

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (ProxyOf(request.RequestUri!) is not { } proxy)
        {
            return await base.SendAsync(request, cancellationToken);
        }

        request.Options.Set(Key, proxy);
        try
        {
            return await base.SendAsync(request, cancellationToken);
        }
        catch (HttpRequestException exception)
        {
            throw new HttpRequestException(
                exception.HttpRequestError, Reasons.Of(exception) + Words(request), exception, exception.StatusCode);
        }
    }

    /// <summary>Without what may stand there of a user and a password.</summary>
    private string? ProxyOf(Uri destination)
    {
        HttpMessageHandler? primary = InnerHandler;
        while (primary is DelegatingHandler outer)
        {
            primary = outer.InnerHandler;
        }

        IWebProxy? proxy = primary switch
        {
            SocketsHttpHandler { UseProxy: true } handler => handler.Proxy ?? HttpClient.DefaultProxy,
            HttpClientHandler { UseProxy: true } handler => handler.Proxy ?? HttpClient.DefaultProxy,
            _ => null,
        };
        return proxy is null || proxy.IsBypassed(destination)
            ? null
            : proxy.GetProxy(destination)?.GetComponents(UriComponents.SchemeAndServer, UriFormat.UriEscaped);
    }
}
#pragma warning restore RS0030
