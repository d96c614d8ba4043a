namespace JobOrchestrator.Core;

public sealed partial class Shard
{
    // What was touched since the last TakeChanges. A dictionary would lose the order of first changes once entries are removed
    // (a batch that is undone), hence the list beside the set.
    private readonly List<JobId> _touchedInOrder = [];
    private readonly HashSet<JobId> _touched = [];
    private readonly List<JobId> _created = [];
    private readonly List<JobId> _forgotten = [];
    private readonly List<JobEvent> _events = [];
    private readonly HashSet<JobId> _finishing = [];
    private readonly HashSet<JobId> _visitors = [];
    private bool _pausedQueuesChanged;

    /// <summary>How many documents the changes so far need.</summary>
    public int PendingDocuments => _touchedInOrder.Count + _forgotten.Count;

    /// <summary>A bound on the bytes of these documents.</summary>
    public long PendingBytes { get; private set; }

    /// <summary>What has to be stored and told since the last call: jobs, in order, and their events. Finished jobs leave memory here.</summary>
    public Changes TakeChanges()
    {
        var changes = new Changes(
            _touchedInOrder.ConvertAll(id => _jobs[id]),
            _created.ConvertAll(id => _jobs[id]),
            [.. _forgotten],
            [.. _events],
            _pausedQueuesChanged);

        foreach (JobId id in _finishing)
        {
            _jobs.Remove(id);
        }

        foreach (JobId id in _visitors)
        {
            _jobs.Remove(id);
        }

        _finishing.Clear();
        _visitors.Clear();
        _touchedInOrder.Clear();
        _touched.Clear();
        _created.Clear();
        _forgotten.Clear();
        _events.Clear();
        _pausedQueuesChanged = false;
        PendingBytes = 0;
        return changes;
    }

    /// <summary>A change that is published: the sequence grows and an event says so.</summary>
    private Job Publish(Job after, JobEventKind kind, JobStatus? previous)
    {
        after = after with { Sequence = after.Sequence + 1, UpdatedAt = _now };
        Put(after);
        _events.Add(new JobEvent(kind, after, previous));
        return after;
    }

    /// <summary>A change that is only stored.</summary>
    private Job Put(Job after)
    {
        if (_jobs.TryGetValue(after.Id, out Job? before))
        {
            Unindex(before);
        }

        _jobs[after.Id] = after;
        Index(after);
        if (_touched.Add(after.Id))
        {
            _touchedInOrder.Add(after.Id);
            PendingBytes += after.DocumentBytesMax;
        }
        else
        {
            PendingBytes += after.DocumentBytesMax - (before?.DocumentBytesMax ?? 0);
        }

        if (!after.IsFinished)
        {
            _finishing.Remove(after.Id);
        }
        else if (!_visitors.Contains(after.Id))
        {
            _finishing.Add(after.Id);
        }

        return after;
    }
}
