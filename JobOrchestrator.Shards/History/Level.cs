namespace JobOrchestrator.Shards;

/// <summary>
/// One series by seconds, by minutes or by hours: the place in time that is being filled, and those before it. What is over goes into the
/// ring and into the next level, when something happens again or somebody looks: nothing ticks.
/// </summary>
/// <param name="fineness">How long a place is.</param>
/// <param name="next">The same by longer places; null: there is none.</param>
/// <param name="now">When it begins.</param>
internal sealed class Level(Fineness fineness, Level? next, DateTimeOffset now)
{
    private readonly CellRing _ring = new(fineness.InAChunk, fineness.Chunks);
    private readonly Cell _live = new();
    private long _place = fineness.PlaceOf(now);
    private DateTimeOffset _since = now;

    /// <summary>How long its places are.</summary>
    public Fineness Fineness => fineness;

    /// <summary>How many bytes it takes.</summary>
    public long Bytes => _ring.Bytes + Series.CellBytes;

    /// <summary>From when on it is kept, seen from a time: what nothing was added to is let go of no less.</summary>
    public DateTimeOffset SinceAt(DateTimeOffset at) => Later(_since, at - fineness.KeptFor);

    /// <summary>The place that is being filled, at a time. One that goes back is held at the latest seen.</summary>
    public Cell At(DateTimeOffset now)
    {
        long place = fineness.PlaceOf(now);
        if (place > _place)
        {
            EndPlace(fineness.EndOf(_place));
            _place = place;
        }

        return _live;
    }

    /// <summary>
    /// What is being filled goes into the ring and into the next level, though its place is not over: that goes on in parts.
    /// </summary>
    public void Part(DateTimeOffset now)
    {
        At(now);
        EndPlace(now);
    }

    /// <summary>Tells of every cell, and forgets them; it goes on as full as it is.</summary>
    public void Take(DateTimeOffset now, Action<long, Cell> tell)
    {
        Read(0, now, tell);
        _live.Clear();
        Forget(now);
    }

    /// <summary>Forgets everything but what is being filled.</summary>
    public void Forget(DateTimeOffset now)
    {
        _ring.Clear(fineness.PlaceOf(now));
        _since = now;
    }

    /// <summary>How full it was right before a place, and every cell from there on, that which is being filled included.</summary>
    /// <param name="from">The place.</param>
    /// <param name="now">The time.</param>
    /// <param name="tell">Told of each cell's place and of the cell; it is not to be kept.</param>
    public BacklogFigures Read(long from, DateTimeOffset now, Action<long, Cell> tell)
    {
        Cell live = At(now);
        BacklogFigures before = _ring.Read(from, tell);
        if (_place < from)
        {
            return before.IsKnown ? before : live.Backlog;
        }

        ReadOpen(now, tell);
        return before;
    }

    /// <summary>The place that is being filled, if anything happened in it.</summary>
    /// <param name="now">The time.</param>
    /// <param name="tell">Told of it; the cell is a copy.</param>
    public void ReadOpen(DateTimeOffset now, Action<long, Cell> tell)
    {
        if (At(now) is { IsEmpty: false } live)
        {
            var soFar = new Cell();
            soFar.Add(live);
            soFar.Backlog.GoOnTo(now.ToUnixTimeMilliseconds());
            tell(_place, soFar);
        }
    }

    /// <summary>How many jobs were submitted and started from a time until another, as far as what is being filled.</summary>
    public long JobsIn(DateTimeOffset from, DateTimeOffset to) =>
        _ring.JobsIn(fineness.PlaceOf(from), fineness.PlaceOf(to.AddTicks(-1))) + OpenJobsIn(from, to);

    /// <summary>The same of what is being filled alone.</summary>
    public long OpenJobsIn(DateTimeOffset from, DateTimeOffset to) =>
        fineness.BeginOf(_place) is var begin && begin >= from && begin < to ? _live.Jobs : 0;

    private void EndPlace(DateTimeOffset until)
    {
        if (!_live.IsEmpty)
        {
            _live.Backlog.GoOnTo(until.ToUnixTimeMilliseconds());
            _ring.Add(_place, _live);
            next?.At(fineness.BeginOf(_place)).Add(_live);
            _since = Later(_since, fineness.BeginOf(_ring.First));
        }

        _live.Clear();
    }

    private static DateTimeOffset Later(DateTimeOffset a, DateTimeOffset b) => a > b ? a : b;
}
