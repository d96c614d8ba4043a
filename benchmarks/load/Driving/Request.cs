using System.Globalization;
using System.Text;

namespace Load;

/// <summary>Requests as they go over the wire, written once and sent again and again.</summary>
internal static class Request
{
    private const int HeaderBytesMax = 256;
    private const string Names = "Host: 127.0.0.1\r\nContent-Type: application/json\r\n";

    public static byte[] Get(string path, string headers = "") =>
        Encoding.ASCII.GetBytes($"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{headers}\r\n");

    public static byte[] Post(string path, string json, string headers = "") => Post(path, Encoding.UTF8.GetBytes(json), headers);

    /// <param name="path">Path and query.</param>
    /// <param name="json">The body.</param>
    /// <param name="headers">Others, each with its line's end.</param>
    public static byte[] Post(string path, ReadOnlySpan<byte> json, string headers = "") =>
    [
        .. Encoding.ASCII.GetBytes(string.Create(
            CultureInfo.InvariantCulture,
            $"POST {path} HTTP/1.1\r\n{Names}Content-Length: {json.Length}\r\n{headers}\r\n")),
        .. json,
    ];

    /// <summary>The same into a buffer of the caller's; the part that was written.</summary>
    public static ReadOnlyMemory<byte> Post(ref byte[] buffer, string path, ReadOnlySpan<byte> json)
    {
        if (buffer.Length < HeaderBytesMax + json.Length)
        {
            buffer = new byte[2 * (HeaderBytesMax + json.Length)];
        }

        string head = string.Create(
            CultureInfo.InvariantCulture,
            $"POST {path} HTTP/1.1\r\n{Names}Content-Length: {json.Length}\r\n\r\n");
        int length = Encoding.ASCII.GetBytes(head, buffer);
        json.CopyTo(buffer.AsSpan(length));
        return buffer.AsMemory(0, length + json.Length);
    }
}
