namespace JobOrchestrator.Shards;

/// <summary>
/// What a queue's workers can do: starts by the time in which jobs waited for them, to the moment; and how soon a job is taken that meets
/// no line. From where jobs begin to wait until the first one starts nothing is counted: perhaps nobody was there.
/// </summary>
/// <param name="cells">How many tens of seconds are kept.</param>
internal sealed class LinePace(int cells)
{
    private const double SecondsInACell = 10;
    private const int TakenMax = 32;

    private static readonly TimeSpan TakenFor = TimeSpan.FromHours(1);

    private readonly int[] _starts = new int[cells];
    private readonly int[] _others = new int[cells];
    private readonly double[] _seconds = new double[cells];
    private readonly Queue<(DateTimeOffset At, double Seconds)> _taken = new(TakenMax);
    private DateTimeOffset _at;
    private bool _waits;
    private bool _runs;     // jobs wait, and one has started since
    private bool _ranUpTo;  // the same before this instant: what one commit hands out was waiting alike

    /// <summary>Time goes by within a cell.</summary>
    public void GoTo(DateTimeOffset now, long cell)
    {
        if (now > _at)
        {
            _ranUpTo = _runs;
            _seconds[cell % cells] += _runs ? (now - _at).TotalSeconds : 0;
            _at = now;
        }
    }

    /// <summary>Time goes by that is not looked at any more.</summary>
    public void Skip(DateTimeOffset to) => _at = to > _at ? to : _at;

    /// <summary>A cell begins.</summary>
    public void Begin(long cell) => _seconds[cell % cells] = _starts[cell % cells] = _others[cell % cells] = 0;

    /// <summary>A job is handed out.</summary>
    public void Start(TimeSpan waited, long cell)
    {
        if (_ranUpTo)
        {
            _starts[cell % cells]++;
        }
        else
        {
            _others[cell % cells]++;
            if (_taken.Count == TakenMax)
            {
                _taken.Dequeue();
            }

            _taken.Enqueue((_at, Math.Max(0, waited.TotalSeconds)));
        }

        _runs |= _waits;
    }

    /// <summary>Whether jobs wait from now on.</summary>
    public void Waiting(bool waits)
    {
        _waits = waits;
        _runs &= waits;
    }

    /// <summary>Starts in each ten seconds of waiting, of those cells.</summary>
    public List<int> Starts(long from, long to)
    {
        var all = new List<int>();
        double seconds = 0;
        int starts = 0;
        for (long cell = from; cell < to; cell++)
        {
            seconds += _seconds[cell % cells];
            starts += _starts[cell % cells];
            if (seconds > SecondsInACell - 0.001)
            {
                all.Add((int)Math.Round(starts * SecondsInACell / seconds));
                (seconds, starts) = (0, 0);
            }
        }

        return all;
    }

    /// <summary>The share of starts, in those cells, of jobs that met no line; 0: there were none.</summary>
    public double NoLine(long from, long to)
    {
        int starts = 0, others = 0;
        for (long cell = from; cell < to; cell++)
        {
            starts += _starts[cell % cells];
            others += _others[cell % cells];
        }

        return others > 0 ? (double)others / (starts + others) : 0;
    }

    /// <summary>How long those waited that met no line, in the last hour, the shortest first.</summary>
    public double[] Taken(DateTimeOffset now) =>
        [.. _taken.Where(taken => now - taken.At < TakenFor).Select(taken => taken.Seconds).Order()];
}
