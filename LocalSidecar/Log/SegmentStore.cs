namespace LocalSidecar.Log;

/// <summary>Where segments come from and where they end.</summary>
internal abstract class SegmentStore : IDisposable
{
    /// <summary>Room in an ordinary segment, in bytes.</summary>
    public abstract int SegmentSize { get; }

    /// <summary>Whether what is written outlives the process.</summary>
    public abstract bool Durable { get; }

    /// <summary>
    /// The segments found at start, oldest first, with where each ends by the word of the next one (null: unknown, it is the last).
    /// </summary>
    public abstract IReadOnlyList<(Segment Segment, int? End)> Found { get; }

    /// <summary>Sees to the room for the next segment. A failure (a full disk, as a rule) changes nothing.</summary>
    public virtual void Reserve(int length)
    {
    }

    /// <summary>
    /// Makes the next segment, in the room reserved. What stands in the one before it after <paramref name="previousEnd"/> counts as never
    /// written.
    /// </summary>
    public abstract Segment Create(int id, int previousEnd, int length);

    /// <summary>Called when the current segment is half full: a good time to prepare the next.</summary>
    public virtual void PrepareNext()
    {
    }

    /// <summary>Forgets the oldest segment; nothing in it is needed.</summary>
    public abstract void Delete(Segment segment);

    public abstract void Dispose();
}

/// <summary>Segments in memory.</summary>
internal sealed class MemoryStore(int segmentSize = 8 << 20) : SegmentStore
{
    public override int SegmentSize => segmentSize;

    public override bool Durable => false;

    public override IReadOnlyList<(Segment, int?)> Found => [];

    public override Segment Create(int id, int previousEnd, int length) => new MemorySegment(id, length);

    public override void Delete(Segment segment) => segment.Dispose();

    public override void Dispose()
    {
    }
}
