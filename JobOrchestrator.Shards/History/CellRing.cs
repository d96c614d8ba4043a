namespace JobOrchestrator.Shards;

/// <summary>
/// Packed cells of one length, by the number of their place in time, in chunks of which the oldest go: places in which nothing happened
/// take nothing.
/// </summary>
/// <param name="cellsInAChunk">How many places a chunk stands for.</param>
/// <param name="chunksMax">How many chunks are kept beside the one that is being filled.</param>
internal sealed class CellRing(int cellsInAChunk, int chunksMax)
{
    // An array's own, and its place in the queue.
    private const int ChunkOverhead = 48;

    private readonly Queue<Chunk> _chunks = new();
    private ByteLine _open = new();
    private long _openNumber = -1;
    private long _closedBytes;
    private BacklogFigures _before; // at the end of what has gone

    /// <summary>How many bytes it takes.</summary>
    public long Bytes => _closedBytes + _open.Capacity;

    /// <summary>The first place that it may have something of; everything before has gone.</summary>
    public long First { get; private set; }

    /// <summary>Adds what happened at a place, which is behind all before it.</summary>
    public void Add(long place, Cell cell)
    {
        long number = place / cellsInAChunk;
        if (number != _openNumber)
        {
            Close();
            _openNumber = number;
            DropBefore(number - chunksMax);
        }

        _open.Write(place % cellsInAChunk);
        PackedCell.Write(ref _open, cell);
    }

    /// <summary>Forgets everything; it goes on from a place.</summary>
    public void Clear(long place)
    {
        Close();
        DropBefore(long.MaxValue);
        _open = new ByteLine();
        _openNumber = -1;
        First = place;
    }

    /// <summary>How full it was right before a place, as far as is known, and every cell from there on.</summary>
    /// <param name="from">The place.</param>
    /// <param name="tell">Told of each cell's place and of the cell, which is used again for the next.</param>
    public BacklogFigures Read(long from, Action<long, Cell> tell)
    {
        long first = from / cellsInAChunk;
        BacklogFigures before = _before;

        // The last chunk in front of it says how full it was.
        long begin = Chunks().Where(chunk => chunk.Number < first).Select(chunk => chunk.Number).DefaultIfEmpty(first).Max();
        foreach (Chunk chunk in Chunks().SkipWhile(chunk => chunk.Number < begin))
        {
            Read(chunk, (place, cell) =>
            {
                if (place >= from)
                {
                    tell(place, cell);
                }
                else
                {
                    before.Add(cell.Backlog);
                    before.BeginAnew();
                }
            });
        }

        return before;
    }

    /// <summary>How many jobs were submitted and started at places, the last one included. No cell is made of them.</summary>
    public long JobsIn(long first, long last)
    {
        long jobs = 0;
        foreach (Chunk chunk in _chunks)
        {
            jobs += JobsIn(chunk, first, last);
        }

        return _openNumber < 0 ? jobs : jobs + JobsIn(new Chunk(_openNumber, _open.Written), first, last);
    }

    private long JobsIn(in Chunk chunk, long first, long last)
    {
        long begin = chunk.Number * cellsInAChunk;
        if (begin > last || begin + cellsInAChunk <= first)
        {
            return 0;
        }

        long jobs = 0;
        var from = new ByteLineReader(chunk.Bytes.Span);
        while (!from.IsAtEnd)
        {
            long place = begin + from.Read();
            long here = PackedCell.ReadJobs(ref from);
            jobs += place >= first && place <= last ? here : 0;
        }

        return jobs;
    }

    private IEnumerable<Chunk> Chunks() => _openNumber < 0 ? _chunks : _chunks.Append(new Chunk(_openNumber, _open.Written));

    private void Read(Chunk chunk, Action<long, Cell> tell)
    {
        var from = new ByteLineReader(chunk.Bytes.Span);
        var cell = new Cell();
        while (!from.IsAtEnd)
        {
            long place = (chunk.Number * cellsInAChunk) + from.Read();
            cell.Clear();
            cell.Backlog = default;
            PackedCell.Read(ref from, cell);
            tell(place, cell);
        }
    }

    private void Close()
    {
        if (_open.Length > 0)
        {
            _chunks.Enqueue(new Chunk(_openNumber, _open.Written.ToArray()));
            _closedBytes += _open.Length + ChunkOverhead;
            _open.Clear();
        }
    }

    private void DropBefore(long number)
    {
        while (_chunks.TryPeek(out Chunk oldest) && oldest.Number < number)
        {
            Read(oldest, (_, cell) => _before.Add(cell.Backlog));
            _before.BeginAnew();
            _chunks.Dequeue();
            _closedBytes -= oldest.Bytes.Length + ChunkOverhead;
        }

        First = number == long.MaxValue ? First : Math.Max(First, number * cellsInAChunk);
    }

    private readonly record struct Chunk(long Number, ReadOnlyMemory<byte> Bytes);
}
