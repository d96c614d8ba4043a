namespace JobOrchestrator.Core;

public sealed partial class Shard
{
    // What was touched since the last TakeChanges, and how it was before (null: it was not). A dictionary alone loses the order of
    // first changes once entries are removed (a batch that is undone), hence the list beside it.
    private readonly List<JobId> _touchedInOrder = [];
    private readonly Dictionary<JobId, Job?> _before = [];
    private readonly List<JobId> _created = [];
    private readonly List<Job> _forgotten = [];
    private readonly List<JobEvent> _events = [];
    private readonly HashSet<JobId> _finishing = [];
    private readonly HashSet<JobId> _visitors = [];
    private bool _pausedQueuesChanged;

    /// <summary>How many documents the changes so far need.</summary>
    public int PendingDocuments => _touchedInOrder.Count + _forgotten.Count;

    /// <summary>A bound on the bytes of these documents.</summary>
    public long PendingBytes { get; private set; }

    /// <summary>What has to be stored and told, without taking it: until it is stored, <see cref="Rollback"/> is possible.</summary>
    public Changes PeekChanges() => new(
        _touchedInOrder.ConvertAll(id => _jobs[id]),
        _created.ConvertAll(id => _jobs[id]),
        _forgotten.ConvertAll(job => job.Id),
        [.. _events],
        _pausedQueuesChanged);

    /// <summary>What has to be stored and told since the last call: jobs, in order, and their events. Finished jobs leave memory here.</summary>
    public Changes TakeChanges()
    {
        Changes changes = PeekChanges();
        foreach (JobId id in _finishing)
        {
            _jobs.Remove(id);
        }

        ForgetPending();
        return changes;
    }

    /// <summary>
    /// Everything as it was at the last <see cref="TakeChanges"/>: for a batch of which it is certain that nothing was stored.
    /// Paused queues go back to <paramref name="pausedQueues"/>.
    /// </summary>
    public void Rollback(IReadOnlyList<string> pausedQueues)
    {
        // All new ones go before any old one comes back: they may have each other's keys.
        foreach (JobId id in _touchedInOrder)
        {
            Job after = _jobs[id];
            if (_before[id] is null)
            {
                Remove(after);
            }
            else
            {
                Unindex(after);
                DropIdempotencyKey(after);
            }

            if (_before[id]?.Order != after.Order)
            {
                _nextOrder = Math.Min(_nextOrder, after.Order);
            }
        }

        foreach (Job before in _before.Values.OfType<Job>())
        {
            _jobs[before.Id] = before;
            Index(before);
        }

        foreach (Job kept in _forgotten)
        {
            IndexKeys(kept);
        }

        foreach (JobQueue queue in _queues.Values.ToList())
        {
            queue.Paused = false;
            DropIfIdle(queue.Name);
        }

        foreach (string paused in pausedQueues)
        {
            LoadPaused(paused);
        }

        ForgetPending();
    }

    private void ForgetPending()
    {
        foreach (JobId id in _visitors)
        {
            _jobs.Remove(id);
        }

        _finishing.Clear();
        _visitors.Clear();
        _touchedInOrder.Clear();
        _before.Clear();
        _created.Clear();
        _forgotten.Clear();
        _events.Clear();
        _pausedQueuesChanged = false;
        PendingBytes = 0;
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
            Swap(before, after);
        }
        else
        {
            _jobs.Add(after.Id, after);
            Index(after);
        }

        if (_before.TryAdd(after.Id, before))
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

    /// <summary>Takes back what was done to a job since <paramref name="before"/> was its version.</summary>
    private void PutBack(Job before)
    {
        Job after = _jobs[before.Id];
        Swap(after, before);
        _finishing.Remove(before.Id);
        PendingBytes += before.DocumentBytesMax - after.DocumentBytesMax;
        if (ReferenceEquals(_before[before.Id], before))
        {
            Untouch(before);
        }
    }

    /// <summary>The job needs no document after all.</summary>
    private void Untouch(Job job)
    {
        if (_before.Remove(job.Id))
        {
            _touchedInOrder.RemoveAt(_touchedInOrder.LastIndexOf(job.Id));
            PendingBytes -= job.DocumentBytesMax;
        }
    }
}
