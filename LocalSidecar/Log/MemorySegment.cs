namespace LocalSidecar.Log;

/// <summary>A segment for a sidecar without a data folder: gone with the process.</summary>
internal sealed class MemorySegment(int id, int length) : Segment(id, length)
{
    private byte[] _bytes = new byte[length];

    public override void Write(ReadOnlySpan<byte> bytes, int offset) => bytes.CopyTo(_bytes.AsSpan(offset));

    public override void Flush()
    {
        // Memory has nothing behind it.
    }

    public override void Read(Span<byte> bytes, int offset)
    {
        byte[] source = _bytes;
        ObjectDisposedException.ThrowIf(source.Length == 0, this);
        source.AsSpan(offset, bytes.Length).CopyTo(bytes);
    }

    public override void Dispose() => _bytes = [];
}
