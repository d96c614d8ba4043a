using JobOrchestrator.Simulation.Models;

namespace JobOrchestrator.Simulation.Oracles;

/// <summary>One shard as its commits tell it.</summary>
internal sealed class LedgerShard(int number)
{
    private readonly List<LoggedEvent> _events = [];
    private readonly List<(long Step, string Queue, bool Paused)> _pauses = [];
    private readonly List<(long Step, string Name, bool IsBySecond)> _tenures = [];

    public int Number { get; } = number;

    /// <summary>The head as written last; null: none yet.</summary>
    public HeadRead? Head { get; set; }

    /// <summary>The process that took the shard last.</summary>
    public string? Lane { get; private set; }

    /// <summary>When the shard was taken last.</summary>
    public DateTimeOffset TakenAt { get; private set; }

    /// <summary>When the head was written last.</summary>
    public DateTimeOffset HeadAt { get; set; }

    /// <summary>Commits so far, by the ledger's count.</summary>
    public long Commits { get; set; }

    /// <summary>All events, in the order of the outbox: the feed.</summary>
    public IReadOnlyList<LoggedEvent> Events => _events;

    /// <summary>Documents of the last commit that are not written yet, on a store that does not roll back.</summary>
    public Dictionary<string, Stamp> Unwritten { get; } = [];

    /// <summary>The last commit whose batch held a document, on a store that does not roll back.</summary>
    public Dictionary<string, Stamp> InBatch { get; } = [];

    /// <summary>Jobs that the stored hours say were submitted, by day.</summary>
    public Dictionary<long, long> SubmittedByHours { get; } = [];

    /// <summary>A process has taken the shard.</summary>
    /// <param name="writes">What it wrote for that.</param>
    /// <param name="isSecond">It is a second process of a name.</param>
    public void Take(AppliedWrites writes, bool isSecond)
    {
        (Lane, TakenAt) = (writes.Lane, writes.At);
        _tenures.Add((writes.Step, writes.Lane.Split('#')[0], isSecond));
    }

    /// <summary>
    /// Whether what was written at one step need not be known yet to whoever was asked at another: by a second process of a name, which
    /// has taken the shard from the first, and from which nobody but another such has taken it by then. The first relies on its lease
    /// until it notices, and nobody may run two.
    /// </summary>
    /// <param name="writtenStep">When it was written.</param>
    /// <param name="askedStep">When he was asked.</param>
    /// <param name="name">The name of the process that was asked; null: it is not known.</param>
    public bool IsBesideTheFirst(long writtenStep, long askedStep, string? name = null)
    {
        int tenure = _tenures.FindLastIndex(taken => taken.Step <= writtenStep);
        return tenure >= 0
            && _tenures[tenure].IsBySecond
            && (name is null || _tenures[tenure].Name == name)
            && _tenures.FindLast(before => before.Step < _tenures[tenure].Step && !before.IsBySecond).Name == _tenures[tenure].Name
            && !_tenures.Skip(tenure + 1).Any(later => !later.IsBySecond && later.Step < askedStep);
    }

    public void Add(LoggedEvent logged) => _events.Add(logged);

    public void Pause(long step, string queue, bool paused) => _pauses.Add((step, queue, paused));

    /// <summary>Whether a queue is paused now.</summary>
    public bool IsPaused(string queue) => _pauses.FindLast(pause => pause.Queue == queue).Paused;

    /// <summary>Whether a queue was, at some moment of a window, as said.</summary>
    public bool WasPaused(string queue, bool paused, long fromStep, long toStep)
    {
        bool then = false;
        foreach ((long step, string name, bool isPaused) in _pauses)
        {
            if (name != queue || step > toStep)
            {
                continue;
            }

            if (step >= fromStep && then == paused)
            {
                return true;
            }

            then = isPaused;
        }

        return then == paused;
    }
}
