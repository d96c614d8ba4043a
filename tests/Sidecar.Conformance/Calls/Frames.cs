using System.Buffers.Binary;
using System.IO.Compression;

namespace Sidecar.Conformance.Calls;

/// <summary>gRPC's framing: a flag for compression, a length of four bytes, the message.</summary>
internal static class Frames
{
    private const int HeaderLength = 5;

    public static byte[] Frame(byte[] message, bool gzip = false)
    {
        byte[] content = gzip ? Gzip(message) : message;
        byte[] frame = new byte[HeaderLength + content.Length];
        frame[0] = gzip ? (byte)1 : (byte)0;
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(1), content.Length);
        content.CopyTo(frame, HeaderLength);
        return frame;
    }

    public static IReadOnlyList<byte[]> Split(byte[] body)
    {
        List<byte[]> messages = [];
        for (int at = 0; at + HeaderLength <= body.Length;)
        {
            int length = BinaryPrimitives.ReadInt32BigEndian(body.AsSpan(at + 1));
            messages.Add(Message(body[at], body[(at + HeaderLength)..(at + HeaderLength + length)]));
            at += HeaderLength + length;
        }

        return messages;
    }

    /// <summary>The next message; null at the end, or where the stream breaks off.</summary>
    public static async Task<byte[]?> ReadAsync(Stream stream, CancellationToken cancellation)
    {
        byte[] header = new byte[HeaderLength];
        if (await stream.ReadAtLeastAsync(header, HeaderLength, throwOnEndOfStream: false, cancellation) < HeaderLength)
        {
            return null;
        }

        byte[] content = new byte[BinaryPrimitives.ReadInt32BigEndian(header.AsSpan(1))];
        return await stream.ReadAtLeastAsync(content, content.Length, throwOnEndOfStream: false, cancellation) < content.Length
            ? null
            : Message(header[0], content);
    }

    private static byte[] Message(byte flag, byte[] content)
    {
        if (flag == 0)
        {
            return content;
        }

        using GZipStream unzip = new(new MemoryStream(content), CompressionMode.Decompress);
        using MemoryStream message = new();
        unzip.CopyTo(message);
        return message.ToArray();
    }

    private static byte[] Gzip(byte[] message)
    {
        using MemoryStream zipped = new();
        using (GZipStream zip = new(zipped, CompressionMode.Compress, leaveOpen: true))
        {
            zip.Write(message);
        }

        return zipped.ToArray();
    }
}
