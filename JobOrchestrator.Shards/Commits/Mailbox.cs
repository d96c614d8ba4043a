using JobOrchestrator.Core;
using JobOrchestrator.Waiting;

namespace JobOrchestrator.Shards;

/// <summary>
/// What waits for a commit loop, in two lanes: workers' reports, for which a lease runs out while they wait, and everything else. In each
/// callers take turns, so that one who asks for very much keeps the others waiting for no longer than one of their own: those whom the
/// service knows by what they call themselves, which nobody makes up, and what is asked in one name by whom it is for. Many post, one loop
/// reads.
/// </summary>
/// <param name="max">Most commands that wait in each lane. Of one known caller it is half of them, so that he keeps nobody out.</param>
internal sealed class Mailbox(int max)
{
    private const string Nobody = "";

    private readonly Lock _lock = new(); // guards everything below but the signal
    private readonly Signal _news = new();
    private Turns<string, Line> _reports = new(); // by who asks; of one each, as they come: no worker's report may pass another
    private Turns<string, Turns<Asked, Line>> _others = new();
    private bool _isClosed;

    /// <summary>Something waits, in either lane.</summary>
    public bool HasAny => Count > 0;

    /// <summary>How many wait, in both lanes.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _reports.Count + _others.Count;
            }
        }
    }

    /// <summary>Since when a report waits, a timestamp; null: none does, or the loop itself wants it.</summary>
    public long? ReportWaitsSince
    {
        get
        {
            lock (_lock)
            {
                return _reports.Lines.Min(line => line.Peek().PostedAt);
            }
        }
    }

    /// <summary>Puts a command in line; false when its lane is full, or full of this caller's, or the mailbox closed.</summary>
    public bool TryPost(Envelope envelope)
    {
        string by = envelope.Command.AskedBy ?? Nobody;
        lock (_lock)
        {
            if (_isClosed)
            {
                return false;
            }

            bool isReport = IsReport(envelope.Command);
            int ofCaller = by == Nobody ? 0 : isReport ? _reports.Find(by)?.Count ?? 0 : _others.Find(by)?.Count ?? 0;
            if (LaneOf(isReport ? Lane.Reports : Lane.Others).Count >= max || (ofCaller > 0 && ofCaller >= (max + 1) / 2))
            {
                return false;
            }

            if (isReport)
            {
                _reports.Enter(by).Add(envelope);
            }
            else
            {
                _others.Enter(by).Enter(CallerOf(envelope.Command)).Add(envelope);
            }
        }

        _news.Set();
        return true;
    }

    /// <summary>Wakes the loop though nothing was posted.</summary>
    public void Wake() => _news.Set();

    /// <summary>Waits until something was posted since the loop last waited, or until it is woken.</summary>
    public Task WaitAsync(CancellationToken cancellationToken) => _news.WaitAsync(cancellationToken);

    /// <summary>The next one of a lane, which stays there; null: there is none.</summary>
    public Envelope? Peek(Lane lane)
    {
        lock (_lock)
        {
            return LaneOf(lane) is { Count: > 0 } line ? line.Peek() : null;
        }
    }

    /// <summary>Adds the next ones of a lane to a list, in the order of their turns; they stay where they are.</summary>
    /// <param name="lane">The lane.</param>
    /// <param name="most">How many at most.</param>
    /// <param name="ahead">The list.</param>
    public void Look(Lane lane, int most, List<Envelope> ahead)
    {
        lock (_lock)
        {
            ahead.AddRange(LaneOf(lane).InOrder().Take(most));
        }
    }

    /// <summary>Takes the next one of a lane, which there is. It is the next caller's turn then.</summary>
    public void Take(Lane lane)
    {
        lock (_lock)
        {
            LaneOf(lane).Take();
        }
    }

    /// <summary>Takes nothing more; what waits is given back.</summary>
    public IReadOnlyList<Envelope> Close()
    {
        lock (_lock)
        {
            _isClosed = true;
            List<Envelope> left = [.. _reports.InOrder(), .. _others.InOrder()];
            (_reports, _others) = (new(), new());
            return left;
        }
    }

    private ILine LaneOf(Lane lane) => lane == Lane.Reports ? _reports : _others;

    /// <summary>A lease runs out while it waits.</summary>
    public static bool IsReport(Command command) => command is
        Command.Heartbeat or Command.Complete or Command.Fail or Command.Release or Command.Requeue or Command.Reschedule;

    /// <summary>
    /// Whose turn a command takes: the owner's who submits, else the queue's that it is about. What is about a job alone says neither, and
    /// takes turns together.
    /// </summary>
    private static Asked CallerOf(Command command) => command switch
    {
        Command.Enqueue enqueue => Submitter(enqueue.Job),
        Command.EnqueueMany { Jobs: [var first, ..] } => Submitter(first),
        Command.Lease { Queues: [var queue, ..] } => new Asked(AskedFor.Lease, queue),
        Command.Lease => new Asked(AskedFor.Lease),
        Command.PauseQueue or Command.ResumeQueue or Command.CountQueue or Command.CountQueues or Command.Find or Command.Locate
            or Command.Survey => new Asked(AskedFor.Look),
        _ => new Asked(AskedFor.Job),
    };

    private static Asked Submitter(NewJob job) =>
        job.Owner is { } owner ? new Asked(AskedFor.Owner, owner) : new Asked(AskedFor.Queue, job.Queue);

    /// <summary>Whose turn a command takes.</summary>
    private readonly record struct Asked(AskedFor For, string? Name = null);

    private enum AskedFor
    {
        Owner = 1,
        Queue = 2,
        Lease = 3,
        Look = 4,
        Job = 5,
    }

    /// <summary>Where a command waits.</summary>
    public enum Lane
    {
        /// <summary>What workers say of the jobs they run.</summary>
        Reports = 1,

        /// <summary>Everything else.</summary>
        Others = 2,
    }
}
