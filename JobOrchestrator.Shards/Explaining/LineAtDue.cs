using JobOrchestrator.Core;

namespace JobOrchestrator.Shards;

/// <summary>
/// The line that a job will meet when it is due, as chance has it: a random walk that does not go under zero. It goes down by what is
/// handed out and up by what comes in; of what comes in, that which is scheduled is known.
/// </summary>
/// <remarks>
/// The walk's share under a length is the one of reflected Brownian motion (J. M. Harrison, Brownian Motion and Stochastic Flow Systems,
/// 1985, 1.8). A length of less than one job is no line: so a queue without any is as likely as where one worker works.
/// </remarks>
internal sealed class LineAtDue
{
    private const double SecondsInACell = 10;

    // However even pace and arrivals were, by so much of them, and by so much more for each minute's root, they may be others by then.
    private const double Unsteady = 0.05;
    private const double DriftInAMinute = 0.08;

    // A line that has ended does not last: how its pace and its arrivals go wrong counts for so long at most beyond that.
    private const double MemorySeconds = 120;

    // Of what is handed out more than comes in, a part at least is believed.
    private const double PulledMin = 0.25;

    // Nobody drifts for ever.
    private const double DriftSecondsMax = 3_600;

    // Whatever is later than a year is not known any better.
    private const double SecondsMax = 365 * 24 * 3_600.0;

    private readonly PaceTrend _starts;
    private readonly PaceTrend _arrivals;
    private readonly double _perSecond; // once it stands in line: less those that go before it all the same
    private readonly double _drain;     // until then
    private readonly double _pull;      // by how much of that it surely comes back to zero
    private readonly double _jobs;      // what stood there at the time from which on it is reckoned
    private readonly double _seconds;   // how long before its due that is
    private readonly double _erring;    // for how long an error counts

    private LineAtDue(Upcoming upcoming, Flow flow)
    {
        _starts = PaceTrend.Of(flow.InLine);
        _arrivals = flow.Arrivals.Count > 0 ? PaceTrend.Of(flow.Arrivals) : default;
        double pace = _starts.Level / SecondsInACell;
        _perSecond = pace - flow.HigherPerSecond;
        _drain = pace - (_arrivals.Level / SecondsInACell);

        double unsure = Math.Sqrt(_starts.Error + _arrivals.Error) / SecondsInACell;
        _pull = Math.Max(0, Math.Max(_drain * PulledMin, _drain - unsure));

        // From when on will the line not be empty until its due? Where that is so from a burst on that comes due shortly before it, what
        // was before it does not matter. What comes due as usual is among the arrivals.
        double timed = flow.Timed.Count > 0 ? flow.Timed.Average() / SecondsInACell : 0;
        double most = 0;
        foreach (DueBefore due in upcoming.Due)
        {
            double seconds = due.Within.TotalSeconds;
            double jobs = Math.Max(0, due.Jobs - (timed * seconds));
            bool isFromNow = due.Within == upcoming.Left;
            jobs += isFromNow ? upcoming.Ready : 0;
            if (jobs - (_drain * seconds) > most || (isFromNow && most == 0))
            {
                most = Math.Max(0, jobs - (_drain * seconds));
                (_jobs, _seconds) = (jobs, seconds);
            }
        }

        Ends = most == 0;

        // Behind so many it comes with the start after theirs, and one length is none.
        _jobs += _jobs > 0 ? 2 : 0;
        _erring = _drain > 0 ? Math.Min(_seconds, (_jobs / _drain) + MemorySeconds) : _seconds;
    }

    /// <summary>In the middle nothing stands before it any more.</summary>
    public bool Ends { get; }

    /// <summary>What is known of it.</summary>
    /// <returns>Null: as many of a higher priority come in as are handed out.</returns>
    public static LineAtDue? Of(Upcoming upcoming, Flow flow)
    {
        var line = new LineAtDue(upcoming, flow);
        return line._perSecond > 0 ? line : null;
    }

    /// <summary>Within how many seconds of its due it starts, with a chance of so much.</summary>
    public double Within(double chance)
    {
        if (Chance(0) >= chance)
        {
            return 0;
        }

        double low = 0, high = 1;
        while (high < SecondsMax && Chance(high) < chance)
        {
            (low, high) = (high, high * 2);
        }

        for (int i = 0; i < 40; i++)
        {
            double middle = (low + high) / 2;
            (low, high) = Chance(middle) < chance ? (middle, high) : (low, middle);
        }

        return Math.Min(high, SecondsMax);
    }

    /// <summary>The chance that it starts within so many seconds of its due.</summary>
    private double Chance(double after)
    {
        double taken = 1 + (_perSecond * after);
        double expected = _jobs - (_drain * _seconds);
        double noise = (_starts.Noise + _arrivals.Noise) / SecondsInACell;
        double variance = (noise * _seconds) + (_starts.Noise / SecondsInACell * after)
            + ErrorOf(_starts, _erring + after) + ErrorOf(_arrivals, _erring);
        double deviation = Math.Sqrt(variance);
        double never = Math.Exp(-2 * _pull * taken / noise);
        return variance > 0
            ? Normal.Below((taken - expected) / deviation) - (never * Normal.Below((-taken - expected) / deviation))
            : taken > expected ? 1 : 0;
    }

    /// <summary>The variance of how many jobs a pace makes in so many seconds, for not being known and for not staying the same.</summary>
    private static double ErrorOf(PaceTrend pace, double seconds)
    {
        double cells = seconds / SecondsInACell, drifting = Math.Min(seconds, DriftSecondsMax);
        double steadiness = (Unsteady * Unsteady) + (DriftInAMinute * DriftInAMinute * drifting / (3 * 60));
        double level = pace.Error + (2 * pace.Drift * (drifting / SecondsInACell) / 3);
        return cells * cells * (level + (steadiness * pace.Level * pace.Level));
    }
}
