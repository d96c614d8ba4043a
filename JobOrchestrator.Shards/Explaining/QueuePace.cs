namespace JobOrchestrator.Shards;

/// <summary>One queue's starts and arrivals, by tens of seconds, in rings that are overwritten as time goes by.</summary>
internal sealed class QueuePace
{
    private const int SecondsInACell = 10;
    private const int Cells = 360; // an hour
    private const int ArrivalCells = 30; // five minutes
    private const int PrioritiesMax = 8;
    private const int StartsWanted = 20;

    private static readonly int[] Windows = [5, 15, 60]; // minutes

    private readonly int[] _starts = new int[Cells];
    private readonly bool[] _waited = new bool[Cells];
    private readonly SortedDictionary<int, int[]> _arrivals = []; // by priority
    private readonly long _from;
    private long _cell;
    private bool _waits;

    public QueuePace(DateTimeOffset now)
    {
        _from = _cell = CellOf(now);
        LastAt = now;
    }

    /// <summary>When something last happened.</summary>
    public DateTimeOffset LastAt { get; private set; }

    /// <summary>A job is handed out. One that was waited for at once was waiting all the same.</summary>
    public void Start(DateTimeOffset now)
    {
        GoTo(now);
        _starts[_cell % Cells]++;
    }

    /// <summary>A job comes in.</summary>
    public void Arrive(int priority, DateTimeOffset now)
    {
        GoTo(now);
        if (!_arrivals.TryGetValue(priority, out int[]? cells))
        {
            if (_arrivals.Count == PrioritiesMax)
            {
                // With more priorities than that, the nearest higher one stands for it.
                cells = _arrivals.FirstOrDefault(known => known.Key > priority).Value ?? _arrivals.Last().Value;
            }
            else
            {
                _arrivals.Add(priority, cells = new int[ArrivalCells]);
            }
        }

        cells[_cell % ArrivalCells]++;
    }

    /// <summary>Whether jobs wait from now on.</summary>
    public void Waiting(bool waits, DateTimeOffset now)
    {
        GoTo(now);
        _waits = waits;
        _waited[_cell % Cells] |= waits;
    }

    /// <summary>What an estimate goes by: as few minutes as have enough starts.</summary>
    public Pace Read(int priority, DateTimeOffset now)
    {
        GoTo(now);
        Pace? pace = null;
        foreach (int minutes in Windows)
        {
            pace = new Pace(StartsOf(minutes), HigherPerSecond(priority), minutes);
            if (pace.Starts.Sum() >= StartsWanted)
            {
                break;
            }
        }

        return pace!;
    }

    private List<int> StartsOf(int minutes)
    {
        // The cell that is not over yet would count too little. And where jobs begin to wait, it takes a while until workers are there:
        // until the first one starts, and for the rest of that cell, nothing is said of their pace.
        var starts = new List<int>();
        long first = Math.Max(_from, _cell - (minutes * 60 / SecondsInACell));
        bool isBeginning = first == _from || !_waited[(first - 1 + Cells) % Cells];
        for (long cell = first; cell < _cell; cell++)
        {
            int started = _starts[cell % Cells];
            if (!_waited[cell % Cells])
            {
                isBeginning = true;
            }
            else if (isBeginning)
            {
                isBeginning = started == 0;
            }
            else
            {
                starts.Add(started);
            }
        }

        return starts;
    }

    private double HigherPerSecond(int priority)
    {
        long cells = Math.Min(ArrivalCells, _cell - _from + 1);
        return _arrivals.Where(known => known.Key > priority).Sum(known => known.Value.Sum()) / (double)(cells * SecondsInACell);
    }

    private void GoTo(DateTimeOffset now)
    {
        LastAt = now > LastAt ? now : LastAt;
        long cell = CellOf(now);
        if (cell > _cell + Cells)
        {
            _cell = cell - Cells;
        }

        while (_cell < cell)
        {
            _cell++;
            _starts[_cell % Cells] = 0;
            _waited[_cell % Cells] = _waits;
            foreach (int[] arrivals in _arrivals.Values)
            {
                arrivals[_cell % ArrivalCells] = 0;
            }
        }
    }

    private static long CellOf(DateTimeOffset at) => at.UtcTicks / (SecondsInACell * TimeSpan.TicksPerSecond);
}
