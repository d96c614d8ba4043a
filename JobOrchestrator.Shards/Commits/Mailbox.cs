using JobOrchestrator.Core;
using JobOrchestrator.Waiting;

namespace JobOrchestrator.Shards;

/// <summary>
/// What waits for a commit loop, in two lanes: workers' reports, for which a lease runs out while they wait, and everything else, in which
/// callers take turns, so that one who asks for very much keeps the others waiting for no longer than one of their own. Many post, one
/// loop reads.
/// </summary>
/// <param name="max">Most commands that wait in each lane.</param>
internal sealed class Mailbox(int max)
{
    private readonly Lock _lock = new(); // guards everything below but the signal
    private readonly Signal _news = new();
    private readonly Queue<Envelope> _reports = [];
    private readonly Dictionary<string, Queue<Envelope>> _byCaller = [];
    private readonly Queue<string> _turns = []; // each caller of whom something waits, once
    private int _asked; // commands in the second lane
    private bool _isClosed;

    /// <summary>Something waits, in either lane.</summary>
    public bool HasAny
    {
        get
        {
            lock (_lock)
            {
                return _reports.Count > 0 || _asked > 0;
            }
        }
    }

    /// <summary>How many wait, in both lanes.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _reports.Count + _asked;
            }
        }
    }

    /// <summary>Puts a command in line; false when its lane is full or the mailbox closed.</summary>
    public bool TryPost(Envelope envelope)
    {
        lock (_lock)
        {
            bool isReport = IsReport(envelope.Command);
            if (_isClosed || (isReport ? _reports.Count : _asked) >= max)
            {
                return false;
            }

            if (isReport)
            {
                _reports.Enqueue(envelope);
            }
            else
            {
                Add(CallerOf(envelope.Command), envelope);
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
            return lane == Lane.Reports
                ? _reports.TryPeek(out Envelope? report) ? report : null
                : _turns.TryPeek(out string? caller) ? _byCaller[caller].Peek() : null;
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
            if (lane == Lane.Reports)
            {
                ahead.AddRange(_reports.Take(most));
                return;
            }

            IEnumerator<Envelope>[] lines = [.. _turns.Take(most).Select(caller => _byCaller[caller].AsEnumerable().GetEnumerator())];
            int end = ahead.Count + Math.Min(most, _asked);
            for (int i = 0; ahead.Count < end; i = (i + 1) % lines.Length)
            {
                if (lines[i].MoveNext())
                {
                    ahead.Add(lines[i].Current);
                }
            }
        }
    }

    /// <summary>Takes the next one of a lane, which there is. Of the others it is the next caller's turn.</summary>
    public void Take(Lane lane)
    {
        lock (_lock)
        {
            if (lane == Lane.Reports)
            {
                _reports.Dequeue();
                return;
            }

            string caller = _turns.Dequeue();
            Queue<Envelope> line = _byCaller[caller];
            line.Dequeue();
            _asked--;
            if (line.Count > 0)
            {
                _turns.Enqueue(caller);
            }
            else
            {
                // Callers name themselves as they like, so one of whom nothing waits may not stay for ever.
                _byCaller.Remove(caller);
            }
        }
    }

    /// <summary>Takes nothing more; what waits is given back.</summary>
    public IReadOnlyList<Envelope> Close()
    {
        lock (_lock)
        {
            _isClosed = true;
            List<Envelope> left = [.. _reports, .. _byCaller.Values.SelectMany(line => line)];
            _reports.Clear();
            _byCaller.Clear();
            _turns.Clear();
            _asked = 0;
            return left;
        }
    }

    private void Add(string caller, Envelope envelope)
    {
        if (!_byCaller.TryGetValue(caller, out Queue<Envelope>? line))
        {
            _byCaller.Add(caller, line = []);
            _turns.Enqueue(caller);
        }

        line.Enqueue(envelope);
        _asked++;
    }

    /// <summary>A lease runs out while it waits.</summary>
    public static bool IsReport(Command command) => command is
        Command.Heartbeat or Command.Complete or Command.Fail or Command.Release or Command.Requeue or Command.Reschedule;

    /// <summary>
    /// Whose turn a command takes: the owner's who submits, else the queue's that it is about. What is about a job alone says neither, and
    /// takes turns together.
    /// </summary>
    private static string CallerOf(Command command) => command switch
    {
        Command.Enqueue enqueue => Submitter(enqueue.Job),
        Command.EnqueueMany { Jobs: [var first, ..] } => Submitter(first),
        Command.Lease { Queues: [var queue, ..] } => "lease " + queue,
        Command.Lease => "lease",
        Command.PauseQueue or Command.ResumeQueue or Command.CountQueue or Command.CountQueues or Command.Find => "look",
        _ => "job",
    };

    private static string Submitter(NewJob job) => job.Owner is { } owner ? "owner " + owner : "queue " + job.Queue;

    /// <summary>Where a command waits.</summary>
    public enum Lane
    {
        /// <summary>What workers say of the jobs they run.</summary>
        Reports = 1,

        /// <summary>Everything else.</summary>
        Others = 2,
    }
}
