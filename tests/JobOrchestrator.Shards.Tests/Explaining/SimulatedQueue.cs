using JobOrchestrator.Core;

namespace JobOrchestrator.Shards.Tests;

/// <summary>
/// A queue with workers, in seconds from a start: jobs come in, wait in line, run, and some of them pause and come again. What a shard
/// measures of it is measured by the shard's own pace.
/// </summary>
/// <param name="workers">How many jobs run at once.</param>
/// <param name="perSecond">How many come in, at any moment alike.</param>
/// <param name="run">How long one runs.</param>
/// <param name="random">What chance there is.</param>
internal sealed class SimulatedQueue(int workers, double perSecond, Func<Random, double> run, Random random)
{
    private static readonly DateTimeOffset Start = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly PriorityQueue<Happening, double> _happenings = new();
    private readonly SortedSet<SimulatedJob> _line = new(SimulatedJob.InLine);
    private readonly HashSet<SimulatedJob> _timed = [];
    private readonly QueuePace _pace = new(Start);
    private int _free = workers;
    private int _last;
    private double _comes;
    private double _now;

    /// <summary>The share of attempts that fail and come again after half a minute, more or less.</summary>
    public double Failing { get; init; }

    /// <summary>The share of jobs that come with a higher priority.</summary>
    public double Urgent { get; init; }

    /// <summary>How many come in together.</summary>
    public int Batch { get; init; } = 1;

    /// <summary>The jobs that wait for their time and have run before, the latest last.</summary>
    public IEnumerable<SimulatedJob> Pausing => _timed.Where(job => job.HasRun).OrderBy(job => job.ReadyAt);

    /// <summary>What a shard has measured so far.</summary>
    public Pace Pace => _pace.Read(priority: 0, At(_now));

    /// <summary>What may stand before a job that waits for its time.</summary>
    public Upcoming UpcomingOf(SimulatedJob job)
    {
        var due = new List<DueBefore>();
        double left = job.ReadyAt - _now;
        for (double within = 1; within < left; within *= 2)
        {
            due.Add(Within(within));
        }

        return new Upcoming(_line.Count(other => other.Before(job)), [.. due, Within(left)], _free);

        DueBefore Within(double seconds) => new(
            TimeSpan.FromSeconds(seconds),
            _timed.Count(other => other.Before(job) && other.ReadyAt <= job.ReadyAt && other.ReadyAt >= job.ReadyAt - seconds));
    }

    /// <summary>A job that is due at a time.</summary>
    public SimulatedJob Schedule(double due)
    {
        SimulatedJob job = New(due);
        Await(job);
        return job;
    }

    /// <summary>Lets time go by until then.</summary>
    public void RunTo(double until) => RunWhile(() => _happenings.TryPeek(out _, out double at) && at <= until, until);

    /// <summary>Lets time go by until a job starts.</summary>
    public double StartOf(SimulatedJob job)
    {
        RunWhile(() => job.StartedAt is null, null);
        return job.StartedAt!.Value;
    }

    private void RunWhile(Func<bool> goesOn, double? until)
    {
        if (_last == 0)
        {
            Next();
        }

        while (goesOn())
        {
            _happenings.TryDequeue(out Happening happening, out _now);
            Happen(happening);
        }

        _now = until ?? _now;
    }

    private void Happen(Happening happening)
    {
        (SimulatedJob job, bool isEnd) = happening;
        bool arrives = false;
        if (isEnd)
        {
            _free++;
            if (random.NextDouble() < Failing)
            {
                Await(job with { ReadyAt = _now + 20 + (20 * random.NextDouble()), IsTimed = true, HasRun = true, StartedAt = null });
            }
        }
        else
        {
            _timed.Remove(job);
            _line.Add(job);
            arrives = !job.IsTimed;
            if (arrives && _comes <= _now)
            {
                Next();
            }
        }

        var started = new List<SimulatedJob>();
        for (; _free > 0 && _line.Count > 0; _free--)
        {
            SimulatedJob first = _line.Min!;
            _line.Remove(first);
            first.StartedAt = _now;
            started.Add(first);
            _happenings.Enqueue(new Happening(first, IsEnd: true), _now + run(random));
        }

        Tell(arrives ? job : null, started);
    }

    /// <summary>As a commit tells it.</summary>
    private void Tell(SimulatedJob? arrived, List<SimulatedJob> started)
    {
        if (arrived is not null)
        {
            _pace.Arrive(arrived.Priority, At(_now));
            _pace.Waiting(_line.Count > 0, At(_now));
        }

        foreach (SimulatedJob job in started)
        {
            _pace.Start(At(_now), TimeSpan.FromSeconds(_now - job.ReadyAt));
            _pace.Waiting(_line.Count > 0, At(_now));
        }
    }

    private void Next()
    {
        double at = _now - (Math.Log(1 - random.NextDouble()) * Batch / perSecond);
        for (int i = 0; i < Batch; i++)
        {
            SimulatedJob job = New(at) with { IsTimed = false, Priority = random.NextDouble() < Urgent ? 1 : 0 };
            _happenings.Enqueue(new Happening(job, IsEnd: false), at);
        }

        _comes = at;
    }

    private void Await(SimulatedJob job)
    {
        _timed.Add(job);
        _pace.Arrive(job.Priority, At(_now), At(job.ReadyAt));
        _happenings.Enqueue(new Happening(job, IsEnd: false), job.ReadyAt);
    }

    private SimulatedJob New(double readyAt) => new() { Order = ++_last, ReadyAt = readyAt, IsTimed = true };

    private static DateTimeOffset At(double seconds) => Start.AddSeconds(seconds);

    private readonly record struct Happening(SimulatedJob Job, bool IsEnd);
}

/// <summary>A job of a simulated queue.</summary>
internal sealed record SimulatedJob
{
    public int Order { get; init; }

    public int Priority { get; init; }

    public double ReadyAt { get; init; }

    /// <summary>It comes when its time has come, which is known before.</summary>
    public bool IsTimed { get; init; }

    public bool HasRun { get; init; }

    public double? StartedAt { get; set; }

    public static IComparer<SimulatedJob> InLine { get; } = Comparer<SimulatedJob>.Create(static (a, b) =>
        (-a.Priority, a.ReadyAt, a.Order).CompareTo((-b.Priority, b.ReadyAt, b.Order)));

    public bool Before(SimulatedJob other) => InLine.Compare(this, other) < 0;

    public bool Equals(SimulatedJob? other) => ReferenceEquals(this, other);

    public override int GetHashCode() => Order;
}
