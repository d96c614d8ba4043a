using LocalSidecar.Log;

namespace LocalSidecar.Tests.Support;

/// <summary>A data folder whose disk fails on demand.</summary>
internal sealed class FaultySegments(string folder, int segmentSize = 64 << 10) : SegmentStore
{
    private readonly DataFolder _folder = new(folder, segmentSize);

    /// <summary>Syncs fail from now on.</summary>
    public bool FailsToFlush { get; set; }

    /// <summary>No new segment can be made, as on a full disk.</summary>
    public bool IsFull { get; set; }

    /// <summary>Called before every sync, while no file is made or deleted.</summary>
    public Action? BeforeFlush { get; set; }

    // Guards the folder's names against changes while BeforeFlush looks at them.
    private readonly Lock _names = new();

    /// <summary>Segments deleted so far.</summary>
    public int Deletions { get; private set; }

    /// <summary>Syncs so far.</summary>
    public int Flushes { get; private set; }

    public override int SegmentSize => _folder.SegmentSize;

    public override bool Durable => true;

    public override IReadOnlyList<(Segment Segment, int? End)> Found =>
        [.. _folder.Found.Select(found => ((Segment)new Faulty(this, found.Item1), found.Item2))];

    public override void Reserve(int length)
    {
        if (IsFull)
        {
            throw new IOException("No space left on device");
        }

        _folder.Reserve(length);
    }

    public override Segment Create(int id, int previousEnd, int length)
    {
        lock (_names)
        {
            return new Faulty(this, _folder.Create(id, previousEnd, length));
        }
    }

    public override void Delete(Segment segment)
    {
        lock (_names)
        {
            _folder.Delete(((Faulty)segment).Inner);
            Deletions++;
        }
    }

    public override void Dispose() => _folder.Dispose();

    private sealed class Faulty : Segment
    {
        private readonly FaultySegments _store;

        public Faulty(FaultySegments store, Segment inner)
            : base(inner.Id, inner.Length)
        {
            _store = store;
            Inner = inner;
            Salt = inner.Salt;
        }

        public Segment Inner { get; }

        public override void Write(ReadOnlySpan<byte> bytes, int offset) => Inner.Write(bytes, offset);

        public override void Flush()
        {
            if (_store.BeforeFlush is { } hook)
            {
                lock (_store._names)
                {
                    hook();
                }
            }

            _store.Flushes++;
            if (_store.FailsToFlush)
            {
                throw new IOException("Input/output error");
            }

            Inner.Flush();
        }

        public override void Read(Span<byte> bytes, int offset) => Inner.Read(bytes, offset);

        public override void Dispose() => Inner.Dispose();
    }
}
