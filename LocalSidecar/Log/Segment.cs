namespace LocalSidecar.Log;

/// <summary>One stretch of the log, written front to back. Offsets are bytes from its start.</summary>
internal abstract class Segment(int id, int length) : IDisposable
{
    /// <summary>Its place in the order of segments.</summary>
    public int Id { get; } = id;

    /// <summary>How many bytes it has room for.</summary>
    public int Length { get; } = length;

    /// <summary>Mixed into every checksum, so that bytes of one segment never pass for frames of another.</summary>
    public ulong Salt { get; set; }

    /// <summary>Where its committed frames end. Guarded by the log's gate.</summary>
    public int End { get; set; } = SegmentHeader.Size;

    /// <summary>How many values and messages in it are still needed, and their bytes. Guarded by the log's gate.</summary>
    public int LiveCount { get; set; }

    public long LiveBytes { get; set; }

    public abstract void Write(ReadOnlySpan<byte> bytes, int offset);

    /// <summary>Returns when everything written is on the disk.</summary>
    public abstract void Flush();

    /// <summary>
    /// Fills <paramref name="bytes"/>; throws <see cref="ObjectDisposedException"/> when the segment has been compacted away meanwhile.
    /// </summary>
    public abstract void Read(Span<byte> bytes, int offset);

    public abstract void Dispose();
}

/// <summary>Where a run of bytes stands in the log.</summary>
internal readonly record struct Place(Segment Segment, int Offset, int Length);
