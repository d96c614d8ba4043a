namespace JobOrchestrator.Shards;

/// <summary>One queue's starts and arrivals, by tens of seconds, in rings that are overwritten as time goes by.</summary>
internal sealed class QueuePace
{
    private const int SecondsInACell = 10;
    private const int Cells = 360; // an hour
    private const int PrioritiesMax = 8;
    private const int StartsWanted = 20;

    private static readonly int[] Windows = [5, 15, 60]; // minutes

    private readonly int[] _starts = new int[Cells];
    private readonly bool[] _waited = new bool[Cells];
    private readonly LinePace _line = new(Cells);
    private readonly SortedDictionary<int, ArrivalCounts> _arrivals = []; // by priority
    private readonly long _from;
    private long _cell;
    private bool _waits;

    public QueuePace(DateTimeOffset now)
    {
        _from = _cell = CellOf(now);
        LastAt = now;
        _line.GoTo(now, _cell);
    }

    /// <summary>When something last happened.</summary>
    public DateTimeOffset LastAt { get; private set; }

    /// <summary>A job is handed out. One that was waited for at once was waiting all the same.</summary>
    /// <param name="now">The time.</param>
    /// <param name="waited">For how long it was ready.</param>
    public void Start(DateTimeOffset now, TimeSpan waited = default)
    {
        GoTo(now);
        _starts[_cell % Cells]++;
        _line.Start(waited, _cell);
    }

    /// <summary>A job comes in.</summary>
    /// <param name="priority">Its priority.</param>
    /// <param name="now">The time.</param>
    /// <param name="due">It does so at this time; null: now. What is due in more than five minutes is not noted.</param>
    public void Arrive(int priority, DateTimeOffset now, DateTimeOffset? due = null)
    {
        GoTo(now);
        long cell = Math.Max(_cell, CellOf(due ?? now));
        if (cell > _cell + ArrivalCounts.Kept)
        {
            return;
        }

        if (!_arrivals.TryGetValue(priority, out ArrivalCounts? counts))
        {
            if (_arrivals.Count == PrioritiesMax)
            {
                // With more priorities than that, the nearest higher one stands for it.
                counts = _arrivals.FirstOrDefault(known => known.Key > priority).Value ?? _arrivals.Last().Value;
            }
            else
            {
                _arrivals.Add(priority, counts = new ArrivalCounts());
            }
        }

        counts.Add(cell, isTimed: due is not null);
    }

    /// <summary>Whether jobs wait from now on.</summary>
    public void Waiting(bool waits, DateTimeOffset now)
    {
        GoTo(now);
        _waits = waits;
        _waited[_cell % Cells] |= waits;
        _line.Waiting(waits);
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

        return pace! with { Flow = FlowOf(priority, now) };
    }

    private Flow FlowOf(int priority, DateTimeOffset now)
    {
        List<int> starts = [];
        int looked = 0;
        foreach (int minutes in Windows)
        {
            looked = minutes;
            starts = _line.Starts(FirstOf(minutes), _cell);
            if (starts.Sum() >= StartsWanted)
            {
                break;
            }
        }

        ArrivalCounts[] same = [.. _arrivals.Where(known => known.Key >= priority).Select(known => known.Value)];
        return new Flow(
            starts,
            looked,
            Usual(cell => same.Sum(counts => counts.In(cell))),
            Usual(cell => same.Sum(counts => counts.TimedIn(cell))),
            HigherPerSecond(priority),
            _line.NoLine(FirstOf(Windows[0]), _cell),
            _line.Taken(now));
    }

    /// <summary>
    /// What comes in as a rule, in each of the ten seconds of the last five minutes that are over. What came once, as many jobs that
    /// somebody submits together, says nothing of what is to come: none counts for more than twice the third largest.
    /// </summary>
    private int[] Usual(Func<long, int> arrivals)
    {
        long first = FirstArrivals;
        int[] cells = [.. Enumerable.Range(0, (int)(_cell - first)).Select(i => arrivals(first + i))];
        int third = cells.OrderDescending().Skip(2).FirstOrDefault();
        return [.. cells.Select(cell => Math.Min(cell, 2 * third))];
    }

    private long FirstArrivals => Math.Max(_from, _cell - ArrivalCounts.Kept + 1);

    private long FirstOf(int minutes) => Math.Max(_from, _cell - (minutes * 60 / SecondsInACell));

    private List<int> StartsOf(int minutes)
    {
        // The cell that is not over yet would count too little. And where jobs begin to wait, it takes a while until workers are there:
        // until the first one starts, and for the rest of that cell, nothing is said of their pace.
        var starts = new List<int>();
        long first = FirstOf(minutes);
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
        int arrivals = 0;
        for (long cell = FirstArrivals; cell <= _cell; cell++)
        {
            arrivals += _arrivals.Where(known => known.Key > priority).Sum(known => known.Value.In(cell));
        }

        return arrivals / (double)((_cell - FirstArrivals + 1) * SecondsInACell);
    }

    private void GoTo(DateTimeOffset now)
    {
        LastAt = now > LastAt ? now : LastAt;
        long cell = CellOf(now);
        if (cell > _cell + Cells)
        {
            _cell = cell - Cells;
            _line.Skip(TimeOf(_cell));
        }

        while (_cell < cell)
        {
            _line.GoTo(TimeOf(_cell + 1), _cell);
            _cell++;
            _line.Begin(_cell);
            _starts[_cell % Cells] = 0;
            _waited[_cell % Cells] = _waits;
            foreach (ArrivalCounts counts in _arrivals.Values)
            {
                counts.Begin(_cell);
            }
        }

        _line.GoTo(now, _cell);
    }

    private static DateTimeOffset TimeOf(long cell) => new(cell * SecondsInACell * TimeSpan.TicksPerSecond, TimeSpan.Zero);

    private static long CellOf(DateTimeOffset at) => at.UtcTicks / (SecondsInACell * TimeSpan.TicksPerSecond);
}
