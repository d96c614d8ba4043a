namespace JobOrchestrator.Core;

public sealed partial class Shard
{
    private Outcome Enqueue(NewJob submitted)
    {
        if (submitted.IdempotencyKey is { } key && _keys.ByIdempotencyKey(submitted.Queue, submitted.Owner, key, _now) is { } first)
        {
            if (_jobs.TryGetValue(first, out Job? replayed))
            {
                return replayed.Fingerprint == submitted.Fingerprint
                    ? new Outcome.Replayed(replayed)
                    : new Outcome.Refused(new Refusal.IdempotencyKeyReused(first));
            }

            // Its job is no longer stored: so the key is free.
            _keys.FreeIdempotencyKey(submitted.Queue, submitted.Owner, key);
        }

        SettleHolders(submitted);
        if (Holders(submitted) is { First: { } holder } holders)
        {
            bool sameOwner = holder.Owner == submitted.Owner;
            return submitted.OnDuplicate switch
            {
                OnDuplicate.Return => new Outcome.Existing(holder),
                OnDuplicate.Replace or OnDuplicate.Supersede when holders.Second is { } other =>
                    new Outcome.Refused(new Refusal.DuplicateJob(other)),
                OnDuplicate.Replace when holder.Status == JobStatus.New && sameOwner =>
                    new Outcome.Replaced(ReplaceLive(holder, submitted)),
                OnDuplicate.Supersede when !holder.IsFinished && sameOwner => new Outcome.Replaced(Supersede(holder, submitted)),
                OnDuplicate.Replace or OnDuplicate.Supersede or OnDuplicate.Reject =>
                    new Outcome.Refused(new Refusal.DuplicateJob(holder)),
            };
        }

        if (_lines.Waiting(submitted.Queue) >= _settings.QueueJobsMax)
        {
            return new Outcome.Refused(new Refusal.QueueFull(submitted.Queue, _settings.QueueJobsMax));
        }

        Job job = ToJob(submitted, submitted.Id, _nextOrder++, _now);
        job = Publish(job, JobEventKind.Created, null);
        _pending.Create(job.Id);
        return new Outcome.Accepted(job);
    }

    /// <summary>All or none: what the jobs before a refused one changed is put back.</summary>
    private Outcome EnqueueMany(IReadOnlyList<NewJob> submitted)
    {
        foreach (NewJob job in submitted)
        {
            // What time alone does to the holders stays done, whatever becomes of the batch.
            SettleHolders(job);
        }

        var outcomes = new List<Outcome>(submitted.Count);
        var replaced = new Stack<Job>();
        (Pending.Mark mark, long order) = (_pending.Here, _nextOrder);
        for (int i = 0; i < submitted.Count; i++)
        {
            Job? holder = submitted[i].OnDuplicate is OnDuplicate.Replace or OnDuplicate.Supersede ? Holders(submitted[i]).First : null;
            Outcome outcome = Enqueue(submitted[i]);
            switch (outcome)
            {
                case Outcome.Refused refused:
                    Undo(outcomes, replaced);
                    _pending.ReturnTo(mark);
                    _nextOrder = order;
                    return new Outcome.Refused(new Refusal.BatchItem(i, refused.Why));
                case Outcome.Replaced:
                    replaced.Push(holder!);
                    break;
            }

            outcomes.Add(outcome);
        }

        return new Outcome.AcceptedMany(outcomes);
    }

    private void Undo(List<Outcome> outcomes, Stack<Job> replaced)
    {
        // Last done, first undone: a new job may have taken a key that a replaced one gave up.
        for (int i = outcomes.Count - 1; i >= 0; i--)
        {
            switch (outcomes[i])
            {
                case Outcome.Replaced:
                    PutBack(replaced.Pop());
                    break;
                case Outcome.Accepted accepted:
                    Job job = _jobs[accepted.Job.Id];
                    Remove(job);
                    _pending.Untouch(job);
                    break;
            }
        }
    }

    private void SettleHolders(NewJob submitted)
    {
        foreach (Job byExternalId in InArrival(ExternalIdHolders(submitted)))
        {
            Settle(byExternalId);
        }

        if (UniqueKeyHolder(submitted) is { } byUniqueKey && _jobs.TryGetValue(byUniqueKey, out Job? holder))
        {
            Settle(holder);
        }
    }

    /// <summary>Who has the submission's externalId or unique key; two jobs when each has one of them.</summary>
    private (Job? First, Job? Second) Holders(NewJob submitted)
    {
        Job? byExternalId = ExternalIdHolders(submitted).Select(id => _jobs[id]).MinBy(job => (job.Owner != submitted.Owner, job.Order));

        // A holder that could not be recalled is no longer stored, and its key free.
        Job? byUniqueKey = UniqueKeyHolder(submitted) is { } holder ? _jobs.GetValueOrDefault(holder) : null;
        return byExternalId is null ? (byUniqueKey, null) : (byExternalId, byUniqueKey?.Id == byExternalId.Id ? null : byUniqueKey);
    }

    private IEnumerable<JobId> ExternalIdHolders(NewJob submitted) =>
        submitted.ExternalIdIsOfQueue ? _keys.ByExternalId(submitted.Queue, submitted.ExternalId)
        : _keys.ByExternalId(submitted.Queue, submitted.Owner, submitted.ExternalId) is { } holder ? [holder]
        : [];

    private JobId? UniqueKeyHolder(NewJob submitted) =>
        _keys.ByUniqueKey(submitted.Queue, submitted.Owner, submitted.UniqueKey, submitted.RetryOf, _now);

    private IEnumerable<JobId> MissingHolders(NewJob submitted)
    {
        // Holders of external ids are live, hence in memory.
        JobId? first = _keys.ByIdempotencyKey(submitted.Queue, submitted.Owner, submitted.IdempotencyKey, _now);
        if (first is { } answered && !_jobs.ContainsKey(answered))
        {
            yield return answered;
        }

        if (UniqueKeyHolder(submitted) is { } holder && holder != first && !_jobs.ContainsKey(holder))
        {
            yield return holder;
        }
    }

    /// <summary>
    /// The job keeps its id, its arrival and its history; everything that a submission says is the new one's. Only that a stored job
    /// stays one, or its old version would come back with the next start.
    /// </summary>
    private Job ReplaceLive(Job live, NewJob submitted)
    {
        // Until now only memory knew it: to the store it is new, and it arrives once more.
        bool isNewToStore = submitted.Durable && !live.Durable && !_pending.IsCreated(live.Id);
        if (isNewToStore)
        {
            _pending.Create(live.Id);
        }

        JobSpec spec = submitted.Durable || !live.Durable ? submitted.Spec : submitted.Spec with { Durable = true };
        return Publish(
            ToJob(submitted, live.Id, isNewToStore ? _nextOrder++ : live.Order, live.CreatedAt) with
            {
                Spec = spec,
                Attempt = live.Attempt,
                Attempts = live.Attempts,
                StartedAt = live.StartedAt,
                Sequence = live.Sequence,
            },
            JobEventKind.Updated,
            live.Status);
    }

    private Job ToJob(NewJob submitted, JobId id, long order, DateTimeOffset createdAt)
    {
        DateTimeOffset runAt = submitted.RunAt ?? _now;
        return new Job
        {
            Id = id,
            Order = order,
            Spec = submitted.Spec,
            State = submitted.State,
            DeadlineAt = Deadline(runAt, submitted.TimeLimitSeconds),
            RunAt = runAt,
            Priority = submitted.Priority,
            IdempotencyKey = submitted.IdempotencyKey,
            Fingerprint = submitted.Fingerprint,
            IdempotencyUntil = submitted.IdempotencyKey is null ? null : Instant.Later(_now, _settings.IdempotencyWindow),
            RetryOf = submitted.RetryOf,
            CreatedAt = createdAt,
            UpdatedAt = _now,
        };
    }

    /// <summary>When a time limit is reached: time that has already passed does not count.</summary>
    private DateTimeOffset? Deadline(DateTimeOffset runAt, int? limitSeconds) =>
        limitSeconds is { } limit ? Instant.Later(runAt > _now ? runAt : _now, TimeSpan.FromSeconds(limit)) : null;
}
