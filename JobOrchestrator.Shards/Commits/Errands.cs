using JobOrchestrator.Core;

namespace JobOrchestrator.Shards;

/// <summary>
/// Commands that nobody waits for, and that have to be done all the same: what is given back because its worker has left. They stay
/// until they are stored. After a commit that was refused each goes alone, in a batch of its own and between others, for it may be what
/// the store does not take.
/// </summary>
/// <param name="pause">After a refusal, until the next try.</param>
/// <param name="time">The clock.</param>
internal sealed class Errands(TimeSpan pause, TimeProvider time)
{
    private readonly List<Command> _waiting = [];
    private readonly List<(Command Command, Outcome Outcome)> _run = []; // as many from the front
    private long? _refusedAt; // a timestamp
    private bool _goAlone;
    private bool _wasAlone;

    /// <summary>Until the next one is to be run; null: there is none.</summary>
    public TimeSpan? Wait
    {
        get
        {
            if (_waiting.Count == 0)
            {
                return null;
            }

            TimeSpan left = _refusedAt is { } refusedAt ? pause - time.GetElapsedTime(refusedAt) : TimeSpan.Zero;
            return left > TimeSpan.Zero ? left : TimeSpan.Zero;
        }
    }

    /// <summary>The next one of this batch; null: no more.</summary>
    public Command? Next => _run.Count < _waiting.Count ? _waiting[_run.Count] : null;

    /// <summary>One more.</summary>
    public void Add(Command command) => _waiting.Add(command);

    /// <summary>Whether the next batch is for one errand alone; the one after that is for everybody again.</summary>
    public bool TakesBatchAlone()
    {
        _wasAlone = _goAlone && !_wasAlone && Wait == TimeSpan.Zero;
        return _wasAlone;
    }

    /// <summary>This batch has run some.</summary>
    public bool HaveRun => _run.Count > 0;

    /// <summary>Whether errands go with the next batch, with what else there is.</summary>
    public bool GoWithOthers => !_goAlone && _waiting.Count > 0;

    /// <summary>The next one was applied.</summary>
    public void Ran(Outcome outcome) => _run.Add((_waiting[_run.Count], outcome));

    /// <summary>What was run is stored.</summary>
    /// <returns>What was run, and what came of it.</returns>
    public IReadOnlyList<(Command Command, Outcome Outcome)> Stored()
    {
        if (_run.Count == 0)
        {
            return [];
        }

        (Command Command, Outcome Outcome)[] run = [.. _run];
        _waiting.RemoveRange(0, _run.Count);
        _run.Clear();
        _refusedAt = null;
        _goAlone &= _waiting.Count > 0;
        return run;
    }

    /// <summary>What was run was not sent, and waits again as it did.</summary>
    public void NotSent() => _run.Clear();

    /// <summary>Of those that wait, none of which was run, these are done with.</summary>
    public void Drop(Predicate<Command> isDone) => _waiting.RemoveAll(isDone);

    /// <summary>What was run is not stored, and waits again, behind the others.</summary>
    /// <param name="jobs">How many jobs it changed; one that went alone changes half of them the next time.</param>
    public void Refused(int jobs = 0)
    {
        if (_run.Count == 0)
        {
            return;
        }

        if (_wasAlone && jobs > 1 && _waiting[0] is Command.ReleaseWorker release)
        {
            _waiting[0] = release with { Max = jobs / 2 };
        }

        _waiting.AddRange(_waiting.GetRange(0, _run.Count));
        _waiting.RemoveRange(0, _run.Count);
        _run.Clear();
        _refusedAt = time.GetTimestamp();
        _goAlone = true;
    }
}
