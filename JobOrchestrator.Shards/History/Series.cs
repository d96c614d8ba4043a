using JobOrchestrator.Core;

namespace JobOrchestrator.Shards;

/// <summary>
/// What happened to the jobs of one name, or to all: an hour by seconds, a day by minutes, and by hours until these are taken to be
/// stored.
/// </summary>
internal sealed class Series
{
    /// <summary>How many bytes a cell takes in memory, about.</summary>
    public const int CellBytes = (Columns.Count * sizeof(int)) + 128;

    private readonly Level _hours;
    private readonly Level _minutes;
    private readonly Level _seconds;

    /// <param name="now">When it begins.</param>
    public Series(DateTimeOffset now)
    {
        _hours = new Level(Fineness.OfHours, null, now);
        _minutes = new Level(Fineness.OfMinutes, _hours, now);
        _seconds = new Level(Fineness.OfSeconds, _minutes, now);
        LastAt = now;
    }

    /// <summary>When something happened last.</summary>
    public DateTimeOffset LastAt { get; private set; }

    /// <summary>How many bytes it takes, about.</summary>
    public long Bytes => _hours.Bytes + _minutes.Bytes + _seconds.Bytes;

    /// <summary>How many of these are for what is kept by seconds.</summary>
    public long SecondsBytes => _seconds.Bytes;

    /// <summary>The cell of a time, in which something is about to be counted.</summary>
    public Cell At(DateTimeOffset now)
    {
        LastAt = now > LastAt ? now : LastAt;
        return _seconds.At(now);
    }

    /// <summary>From when on there are places of a length.</summary>
    public DateTimeOffset SinceOf(Fineness fineness, DateTimeOffset now) => LevelOf(fineness).SinceAt(now);

    /// <summary>Gives back what seconds take.</summary>
    public void ForgetSeconds(DateTimeOffset now) => _seconds.Forget(now);

    /// <summary>Tells of what happened by hours since this was asked last, that of the last hour in part.</summary>
    /// <param name="now">The time.</param>
    /// <param name="tell">Told of when an hour begins, and of what happened in it; the cell is not to be kept.</param>
    public void TakeHours(DateTimeOffset now, Action<DateTimeOffset, Cell> tell)
    {
        _seconds.Part(now);
        _minutes.Part(now);
        _hours.Take(now, (place, cell) => tell(Fineness.OfHours.BeginOf(place), cell));
    }

    /// <summary>It is told of again from now on, as full as it is; nothing has happened by that.</summary>
    public void Begin(in Backlog now, DateTimeOffset at) => _seconds.At(at).Begin(now, at.ToUnixTimeMilliseconds());

    /// <summary>How full it is.</summary>
    public BacklogFigures Full(DateTimeOffset now) => _seconds.At(now).Backlog;

    /// <summary>How full it was right before a time, and every cell from there on; one place may be told of in parts.</summary>
    /// <param name="fineness">How long the places are.</param>
    /// <param name="from">The time.</param>
    /// <param name="now">The time now.</param>
    /// <param name="tell">Told of when a cell begins, and of the cell; it is not to be kept.</param>
    public BacklogFigures Read(Fineness fineness, DateTimeOffset from, DateTimeOffset now, Action<DateTimeOffset, Cell> tell)
    {
        // What is over goes up.
        _seconds.At(now);
        _minutes.At(now);
        long first = fineness.PlaceOf(from);
        BacklogFigures before = LevelOf(fineness).Read(first, now, (place, cell) => tell(fineness.BeginOf(place), cell));

        // What is not over yet is in a finer one.
        foreach (Level finer in Finer(fineness))
        {
            finer.ReadOpen(now, (place, cell) =>
            {
                DateTimeOffset begin = finer.Fineness.BeginOf(place);
                if (fineness.PlaceOf(begin) >= first)
                {
                    tell(begin, cell);
                }
            });
        }

        return before;
    }

    /// <summary>How many jobs were submitted and started in what is asked for: the busiest are shown where not all can be.</summary>
    public long JobsIn(HistoryAsk ask, DateTimeOffset now)
    {
        _seconds.At(now);
        _minutes.At(now);
        long jobs = LevelOf(ask.Fineness).JobsIn(ask.From, ask.To);
        foreach (Level finer in Finer(ask.Fineness))
        {
            jobs += finer.OpenJobsIn(ask.From, ask.To);
        }

        return jobs;
    }

    private Level LevelOf(Fineness fineness) =>
        fineness == Fineness.OfHours ? _hours : fineness == Fineness.OfMinutes ? _minutes : _seconds;

    private Level[] Finer(Fineness fineness) =>
        fineness == Fineness.OfHours ? [_minutes, _seconds] : fineness == Fineness.OfMinutes ? [_seconds] : [];
}
