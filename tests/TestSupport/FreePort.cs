using System.Net;
using System.Net.Sockets;

namespace TestSupport;

/// <summary>Ports on loopback that nothing listens on.</summary>
/// <remarks>
/// A port is only known to be free at the moment it was asked for. Ports handed out by one test process
/// are never handed out by it again, so that tests running side by side do not meet. They come from below the
/// range that systems give to outgoing connections: a client that calls while a killed server is away could
/// otherwise be given the server's own port, and the server would find it taken on its return.
/// </remarks>
public static class FreePort
{
    private const int Lowest = 10_000;
    private const int Highest = 32_000;
    private static readonly HashSet<int> HandedOut = [];

    /// <summary>One free port.</summary>
    public static int Next() => NextBlock(1);

    /// <summary>The first of <paramref name="count"/> neighbouring free ports.</summary>
    /// <param name="count">How many ports in a row are wanted, 1 or more.</param>
    /// <exception cref="InvalidOperationException">No such block was found in 200 attempts.</exception>
    public static int NextBlock(int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);

        // Guards HandedOut; tests of several classes ask at once.
        lock (HandedOut)
        {
            for (int attempt = 0; attempt < 200; attempt++)
            {
                int first = Random.Shared.Next(Lowest, Highest - count);
                int[] block = Enumerable.Range(first, count).ToArray();
                if (block.All(port => !HandedOut.Contains(port) && IsFree(port)))
                {
                    HandedOut.UnionWith(block);
                    return first;
                }
            }
        }

        throw new InvalidOperationException($"Found no {count} neighbouring free ports.");
    }

    /// <summary>Whether nothing listens on the port of 127.0.0.1 right now.</summary>
    public static bool IsFree(int port)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
