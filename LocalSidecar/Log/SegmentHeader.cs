using System.Buffers.Binary;

namespace LocalSidecar.Log;

/// <summary>The first 64 bytes of a segment.</summary>
/// <param name="Id">Its place in the order of segments.</param>
/// <param name="Salt">Mixed into the checksum of each of its frames.</param>
/// <param name="PreviousEnd">
/// Where the segment before it really ends: what stands there after that offset was never committed. 0 when there is none.
/// </param>
internal readonly record struct SegmentHeader(int Id, ulong Salt, int PreviousEnd)
{
    public const int Size = 64;

    private static ReadOnlySpan<byte> Magic => "LSLOG\0\0\u0001"u8;

    public byte[] ToBytes()
    {
        byte[] bytes = new byte[Size];
        Magic.CopyTo(bytes);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(8), Id);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(12), Salt);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(20), PreviousEnd);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(24), Crc32C.Append(0, bytes.AsSpan(0, 24)));
        return bytes;
    }

    public static SegmentHeader? Parse(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < Size || !bytes.StartsWith(Magic)
            || BinaryPrimitives.ReadUInt32LittleEndian(bytes[24..]) != Crc32C.Append(0, bytes[..24]))
        {
            return null;
        }

        return new SegmentHeader(
            BinaryPrimitives.ReadInt32LittleEndian(bytes[8..]),
            BinaryPrimitives.ReadUInt64LittleEndian(bytes[12..]),
            BinaryPrimitives.ReadInt32LittleEndian(bytes[20..]));
    }
}
