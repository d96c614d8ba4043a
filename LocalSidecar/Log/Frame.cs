using System.Buffers.Binary;

namespace LocalSidecar.Log;

/// <summary>
/// What one commit writes: a head and the records that shared its sync. The whole frame has one checksum, so a
/// torn commit disappears as a whole, and nobody was told yes about any part of it.
/// </summary>
/// <param name="Length">Bytes of records after the head.</param>
/// <param name="Number">Commits count from 1, without gaps, across segments.</param>
/// <param name="SyncedThrough">
/// The last commit known to be on the disk when this one was written. A bad frame with a number at or below the one that a later good
/// frame names is damage, not a torn tail.
/// </param>
internal readonly record struct Frame(int Length, long Number, long SyncedThrough)
{
    public const int HeadSize = 28;
    private const uint Magic = 0x314D4653;

    public static ReadOnlySpan<byte> MagicBytes => "SFM1"u8;

    /// <summary>Fills in the head in front of the records that are already in place.</summary>
    public static void Seal(Span<byte> frame, ulong salt, long number, long syncedThrough)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(frame, Magic);
        BinaryPrimitives.WriteInt32LittleEndian(frame[4..], frame.Length - HeadSize);
        BinaryPrimitives.WriteInt64LittleEndian(frame[8..], number);
        BinaryPrimitives.WriteInt64LittleEndian(frame[16..], syncedThrough);
        BinaryPrimitives.WriteUInt32LittleEndian(frame[24..], Checksum(frame, salt));
    }

    /// <summary>Fills in the length alone, which is all that a frame in memory needs.</summary>
    public static void WriteLength(Span<byte> frame) => BinaryPrimitives.WriteInt32LittleEndian(frame[4..], frame.Length - HeadSize);

    /// <summary>The bytes of records in the frame that starts with <paramref name="head"/>, which is known to be good.</summary>
    public static int ReadLength(ReadOnlySpan<byte> head) => BinaryPrimitives.ReadInt32LittleEndian(head[4..]);

    /// <summary>Reads the frame at the start of <paramref name="bytes"/>; null when no whole, undamaged frame starts there.</summary>
    public static Frame? Parse(ReadOnlySpan<byte> bytes, ulong salt)
    {
        if (bytes.Length < HeadSize || BinaryPrimitives.ReadUInt32LittleEndian(bytes) != Magic)
        {
            return null;
        }

        int length = BinaryPrimitives.ReadInt32LittleEndian(bytes[4..]);
        if (length < 0 || length > bytes.Length - HeadSize)
        {
            return null;
        }

        bytes = bytes[..(HeadSize + length)];
        return BinaryPrimitives.ReadUInt32LittleEndian(bytes[24..]) == Checksum(bytes, salt)
            ? new Frame(length, BinaryPrimitives.ReadInt64LittleEndian(bytes[8..]), BinaryPrimitives.ReadInt64LittleEndian(bytes[16..]))
            : null;
    }

    private static uint Checksum(ReadOnlySpan<byte> frame, ulong salt)
    {
        Span<byte> start = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(start, salt);
        return Crc32C.Append(Crc32C.Append(Crc32C.Append(0, start), frame[..24]), frame[HeadSize..]);
    }
}
