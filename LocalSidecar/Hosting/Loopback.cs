using System.Net;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace LocalSidecar.Hosting;

/// <summary>Where sidecars listen: on both loopbacks, as <c>localhost</c> means either, and nowhere else.</summary>
internal static class Loopback
{
    /// <summary>Adds the port to what the server listens on.</summary>
    /// <param name="options">The server's.</param>
    /// <param name="port">0: any free port, on 127.0.0.1 alone, for nobody can know one that is free on both.</param>
    /// <param name="configure">Changes the end point.</param>
    public static void Listen(KestrelServerOptions options, int port, Action<ListenOptions> configure)
    {
        if (port == 0)
        {
            options.Listen(IPAddress.Loopback, port, configure);
        }
        else
        {
            options.ListenLocalhost(port, configure);
        }
    }
}
