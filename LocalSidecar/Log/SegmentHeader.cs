using System.Buffers.Binary;

namespace LocalSidecar.Log;

/// <summary>The first 64 bytes of a segment.</summary>
/// <param name="Id">Its place in the order of segments.</param>
/// <param name="Salt">Mixed into the checksum of each of its frames.</param>
/// <param name="PreviousEnd">
/// Where the segment before it really ends: what stands there after that offset was never committed. 0 when there is none.
/// </param>
/// <param name="Oldest">
/// The oldest segment of its time, so that one which is missing later is missed. It is written anew when older ones are about to go.
/// 0: unknown, for the header is of a version that did not say, or that part of it is torn.
/// </param>
internal readonly record struct SegmentHeader(int Id, ulong Salt, int PreviousEnd, int Oldest)
{
    public const int Size = 64;

    /// <summary>Where the part begins that may change.</summary>
    public const int OldestOffset = 28;

    // The last byte is the version of the format.
    private static ReadOnlySpan<byte> Magic => "LSLOG\0\0\u0001"u8;

    /// <summary>Whether these bytes begin a segment of another version of the format than this one reads.</summary>
    public static bool IsOfAnotherVersion(ReadOnlySpan<byte> bytes) =>
        bytes.Length >= Magic.Length && bytes.StartsWith(Magic[..^1]) && bytes[Magic.Length - 1] != Magic[^1];

    public byte[] ToBytes()
    {
        byte[] bytes = new byte[Size];
        Magic.CopyTo(bytes);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(8), Id);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(12), Salt);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(20), PreviousEnd);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(24), Crc32C.Append(0, bytes.AsSpan(0, 24)));
        OldestBytes(Salt, Oldest).CopyTo(bytes, OldestOffset);
        return bytes;
    }

    /// <summary>The part that may change: eight bytes, which no sector tears.</summary>
    public static byte[] OldestBytes(ulong salt, int oldest)
    {
        byte[] bytes = new byte[8];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, oldest);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(4), OldestCheck(salt, bytes));
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
            BinaryPrimitives.ReadInt32LittleEndian(bytes[20..]),
            ReadOldest(bytes[OldestOffset..], BinaryPrimitives.ReadUInt64LittleEndian(bytes[12..])));
    }

    private static int ReadOldest(ReadOnlySpan<byte> bytes, ulong salt) =>
        BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]) == OldestCheck(salt, bytes)
            ? BinaryPrimitives.ReadInt32LittleEndian(bytes)
            : 0;

    private static uint OldestCheck(ulong salt, ReadOnlySpan<byte> oldest)
    {
        Span<byte> checkedBytes = stackalloc byte[12];
        BinaryPrimitives.WriteUInt64LittleEndian(checkedBytes, salt);
        oldest[..4].CopyTo(checkedBytes[8..]);
        return Crc32C.Append(0, checkedBytes);
    }
}
