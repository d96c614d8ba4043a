using System.Buffers.Binary;
using System.Text;
using LocalSidecar.Json;

namespace LocalSidecar.Log;

/// <summary>Reads the fields of a record, front to back.</summary>
internal ref struct RecordReader(ReadOnlySpan<byte> record)
{
    private readonly ReadOnlySpan<byte> _record = record;

    /// <summary>How many bytes have been read.</summary>
    public int At { get; private set; }

    public readonly ReadOnlySpan<byte> Rest => _record[At..];

    public byte Byte() => _record[At++];

    public int Int32()
    {
        int value = BinaryPrimitives.ReadInt32LittleEndian(Rest);
        At += 4;
        return value;
    }

    public long Int64()
    {
        long value = BinaryPrimitives.ReadInt64LittleEndian(Rest);
        At += 8;
        return value;
    }

    public Guid Guid() => new(Bytes(16));

    public ReadOnlySpan<byte> Bytes(int length)
    {
        ReadOnlySpan<byte> bytes = _record.Slice(At, length);
        At += length;
        return bytes;
    }

    /// <summary>Bytes with their length in front.</summary>
    public ReadOnlySpan<byte> Run() => Bytes(Int32());

    public string Text() => Encoding.UTF8.GetString(Run());
}

/// <summary>Writes what <see cref="RecordReader"/> reads.</summary>
internal static class RecordWriting
{
    public static void WriteRun(this ByteBuffer buffer, ReadOnlySpan<byte> bytes)
    {
        buffer.WriteInt32(bytes.Length);
        buffer.Write(bytes);
    }

    public static void WriteRun(this ByteBuffer buffer, string text)
    {
        int at = buffer.Length;
        buffer.WriteInt32(0);
        buffer.WriteText(text);
        buffer.PatchInt32(at, buffer.Length - at - 4);
    }

    public static void WriteGuid(this ByteBuffer buffer, Guid value) => value.TryWriteBytes(buffer.Extend(16));
}
