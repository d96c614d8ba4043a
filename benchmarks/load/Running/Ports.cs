using System.Globalization;
using TestSupport;

namespace Load;

/// <summary>Ports on loopback.</summary>
internal static class Ports
{
    /// <summary>So many in a row.</summary>
    public static int[] Free(int count) => [.. Enumerable.Range(FreePort.NextBlock(count), count)];

    public static string Text(int port) => port.ToString(CultureInfo.InvariantCulture);
}
