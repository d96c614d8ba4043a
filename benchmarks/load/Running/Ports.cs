using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Load;

/// <summary>Ports on loopback.</summary>
internal static class Ports
{
    /// <summary>So many at once: one that is given back may be the next that is given out.</summary>
    public static int[] Free(int count)
    {
        TcpListener[] listeners = [.. Enumerable.Range(0, count).Select(_ => new TcpListener(IPAddress.Loopback, 0))];
        try
        {
            Array.ForEach(listeners, static listener => listener.Start());
            return [.. listeners.Select(static listener => ((IPEndPoint)listener.LocalEndpoint).Port)];
        }
        finally
        {
            Array.ForEach(listeners, static listener => listener.Dispose());
        }
    }

    public static string Text(int port) => port.ToString(CultureInfo.InvariantCulture);
}
