using System.Net;

namespace JobOrchestrator.Sidecar;

/// <summary>
/// The environment's proxy, but not for addresses of this machine: no proxy elsewhere can reach them. The SDK has this file too.
/// </summary>
/// <param name="proxy">The environment's proxy.</param>
internal sealed class LoopbackDirect(IWebProxy proxy) : IWebProxy
{
    public ICredentials? Credentials
    {
        get => proxy.Credentials;
        set => proxy.Credentials = value;
    }

    public Uri? GetProxy(Uri destination) => destination.IsLoopback ? null : proxy.GetProxy(destination);

    public bool IsBypassed(Uri host) => host.IsLoopback || proxy.IsBypassed(host);
}
