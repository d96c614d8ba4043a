using System.Buffers.Binary;
using System.Text;

namespace LocalSidecar.Json;

/// <summary>A growing array of bytes that is written front to back and reused.</summary>
internal sealed class ByteBuffer(int capacity = 256)
{
    private byte[] _bytes = new byte[capacity];

    public int Length { get; private set; }

    public ReadOnlySpan<byte> Written => _bytes.AsSpan(0, Length);

    public ReadOnlyMemory<byte> WrittenMemory => _bytes.AsMemory(0, Length);

    public Span<byte> Writable => _bytes.AsSpan(0, Length);

    public int Capacity => _bytes.Length;

    public void Clear() => Length = 0;

    /// <summary>Takes back everything written after <paramref name="length"/>.</summary>
    public void Truncate(int length) => Length = length;

    /// <summary>A span of <paramref name="size"/> bytes at the end, to be filled by the caller.</summary>
    public Span<byte> Extend(int size)
    {
        if (_bytes.Length - Length < size)
        {
            Array.Resize(ref _bytes, Math.Max(_bytes.Length * 2, checked(Length + size)));
        }

        Span<byte> span = _bytes.AsSpan(Length, size);
        Length += size;
        return span;
    }

    public void Write(ReadOnlySpan<byte> bytes) => bytes.CopyTo(Extend(bytes.Length));

    public void Write(byte value) => Extend(1)[0] = value;

    public void WriteText(ReadOnlySpan<char> text)
    {
        Span<byte> span = Extend(Encoding.UTF8.GetMaxByteCount(text.Length));
        int written = Encoding.UTF8.GetBytes(text, span);
        Length -= span.Length - written;
    }

    public void WriteInt16(ushort value) => BinaryPrimitives.WriteUInt16LittleEndian(Extend(2), value);

    public void WriteInt32(int value) => BinaryPrimitives.WriteInt32LittleEndian(Extend(4), value);

    public void WriteInt64(long value) => BinaryPrimitives.WriteInt64LittleEndian(Extend(8), value);

    /// <summary>Overwrites four bytes that were left free at <paramref name="at"/>.</summary>
    public void PatchInt32(int at, int value) => BinaryPrimitives.WriteInt32LittleEndian(_bytes.AsSpan(at, 4), value);

    public byte[] ToArray() => Written.ToArray();

    public override string ToString() => Encoding.UTF8.GetString(Written);
}
