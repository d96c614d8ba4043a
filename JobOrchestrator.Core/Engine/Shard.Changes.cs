namespace JobOrchestrator.Core;

public sealed partial class Shard
{
    /// <summary>How many documents the changes so far need.</summary>
    public int PendingDocuments => _pending.Documents;

    /// <summary>A bound on the bytes of these documents.</summary>
    public long PendingBytes => _pending.Bytes;

    /// <summary>What has to be stored and told, without taking it: until it is stored, <see cref="Rollback"/> is possible.</summary>
    public Changes PeekChanges() => _pending.ToChanges(_jobs, _lines);

    /// <summary>
    /// What had to be stored and told since the last call: jobs, in order, and their events. Finished jobs leave memory here, and so do
    /// the inputs of stored jobs that are too long for it.
    /// </summary>
    /// <returns>The changes, with the jobs as memory keeps them.</returns>
    public Changes TakeChanges()
    {
        Changes changes = PeekChanges();
        foreach (JobId id in _pending.Finishing)
        {
            _jobs.Remove(id);
        }

        EndPending();
        return LeaveInputs(changes);
    }

    /// <summary>
    /// Everything as it was at the last <see cref="TakeChanges"/>: for a batch of which it is certain that nothing was stored.
    /// </summary>
    public void Rollback()
    {
        // All new ones go before any old one comes back: they may have each other's keys.
        foreach ((JobId id, Job? before) in _pending.Touched)
        {
            Job after = _jobs[id];
            Remove(after);
            if (before?.Order != after.Order)
            {
                _nextOrder = Math.Min(_nextOrder, after.Order);
            }
        }

        foreach (Job before in _pending.Touched.Select(touched => touched.Before).OfType<Job>())
        {
            Add(before);
        }

        foreach (Job kept in _pending.Forgotten)
        {
            _keys.Enter(kept, _now);
        }

        ReturnTo(default);
        foreach (QueueSettings before in _pending.SettingsBefore)
        {
            _lines.Set(before);
        }

        EndPending();
    }

    /// <summary>Takes back events, new jobs and remembered answers since a place.</summary>
    private void ReturnTo(Pending.Mark mark)
    {
        foreach (OwnedKey key in _pending.ReturnTo(mark))
        {
            _answers.Drop(key);
        }
    }

    private void EndPending()
    {
        foreach (JobId id in _pending.Visitors)
        {
            _jobs.Remove(id);
        }

        _pending.Clear();
    }

    /// <summary>A change that is published: the sequence grows and an event says so.</summary>
    private Job Publish(Job after, JobEventKind kind, JobStatus? previous, string? previousQueue = null)
    {
        after = Put(after with { Sequence = after.Sequence + 1, UpdatedAt = _now });
        _pending.Tell(new JobEvent(kind, after, previous)
        {
            PreviousQueue = previousQueue,
            Unpublished = _lines.Unpublished(after.Queue),
        });
        return after;
    }

    /// <summary>A change that is only stored.</summary>
    private Job Put(Job after)
    {
        if (after.IsSetAside)
        {
            // Once it is stored, the store takes changes of it.
            after = after with { IsSetAside = false };
        }

        if (_jobs.TryFind(after.Id, out Job? before))
        {
            Swap(before, after);
        }
        else
        {
            Add(after);
        }

        _pending.Touch(before, after);
        return after;
    }

    /// <summary>Settings that are only stored.</summary>
    private void Put(QueueSettings before, QueueSettings after)
    {
        if (after != before)
        {
            _lines.Set(after);
            _pending.Touch(before, after);
        }
    }

    /// <summary>Takes back what was done to a job since <paramref name="before"/> was its version.</summary>
    private void PutBack(Job before)
    {
        Job after = _jobs[before.Id];
        Swap(after, before);
        _pending.PutBack(before, after);
    }

    /// <summary>
    /// Takes a job in. What is known of a job changes here, in <see cref="Swap"/>, in <see cref="Exchange"/> and in <see cref="Remove"/>
    /// alone.
    /// </summary>
    private void Add(Job job)
    {
        _jobs.Set(job);
        _keys.Enter(job, _now);
        _lines.Enter(job, _now);
        _live.Enter(job);
    }

    /// <summary>Puts one version of a job in the place of another.</summary>
    private void Swap(Job before, Job after)
    {
        _jobs.Set(after);
        _keys.Replace(before, after, _now);
        _lines.Replace(before, after, _now);
        _live.Leave(before);
        _live.Enter(after);
    }

    /// <summary>Puts the same version of a job, with or without its input, in its place: the job stays wherever it stands.</summary>
    private void Exchange(Job before, Job after)
    {
        _jobs.Set(after);
        _lines.Exchange(before, after);
        _live.Leave(before);
        _live.Enter(after);
    }

    /// <summary>Takes a job out as if it had never been.</summary>
    private void Remove(Job job)
    {
        _jobs.Remove(job.Id);
        _keys.Erase(job);
        _lines.Leave(job);
        _live.Leave(job);
    }
}
