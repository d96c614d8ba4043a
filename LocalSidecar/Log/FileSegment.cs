using Microsoft.Win32.SafeHandles;

namespace LocalSidecar.Log;

/// <summary>A segment in a file whose zeros were written beforehand, so that a sync has no new blocks to record.</summary>
internal sealed class FileSegment(int id, int length, string path, SafeFileHandle handle) : Segment(id, length)
{
    public string Path { get; } = path;

    public override void Write(ReadOnlySpan<byte> bytes, int offset) => RandomAccess.Write(handle, bytes, offset);

    public override void Flush() => DiskSync.Data(handle);

    public override void Read(Span<byte> bytes, int offset)
    {
        while (!bytes.IsEmpty)
        {
            int read = RandomAccess.Read(handle, bytes, offset);
            if (read == 0)
            {
                throw new EndOfStreamException($"{Path} ends before offset {offset}.");
            }

            bytes = bytes[read..];
            offset += read;
        }
    }

    public override void Dispose() => handle.Dispose();
}
