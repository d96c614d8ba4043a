namespace JobOrchestrator.Core;

public sealed partial class Shard
{
    private Outcome Enqueue(NewJob submitted)
    {
        if (submitted.IdempotencyKey is { } key
            && Repeated(submitted, new OwnedKey(submitted.Queue, submitted.Owner, key)) is { } repeated)
        {
            return repeated;
        }

        SettleHolders(submitted);
        (Job? First, Job? Second) holders = Holders(submitted);
        if (KeyOfGoneJob(submitted) is { } held
            && (holders.First is null || submitted.OnDuplicate is OnDuplicate.Replace or OnDuplicate.Supersede))
        {
            return new Outcome.Refused(held);
        }

        if (holders.First is { } holder)
        {
            // Who has moved on to another queue and left its key taken is not called back from there.
            bool isInItsPlace = holder.Owner == submitted.Owner && holder.Queue == submitted.Queue;
            return submitted.OnDuplicate switch
            {
                OnDuplicate.Return => Existing(holder, submitted),
                OnDuplicate.Replace or OnDuplicate.Supersede when holders.Second is { } other =>
                    new Outcome.Refused(new Refusal.DuplicateJob(other)),
                OnDuplicate.Replace or OnDuplicate.Supersede when isInItsPlace && MayReplace(holder, submitted.OnDuplicate) =>
                    Full(submitted, holder) is { } full
                        ? new Outcome.Refused(full)
                        : new Outcome.Replaced(Supersede(holder, submitted)),
                OnDuplicate.Replace or OnDuplicate.Supersede or OnDuplicate.Reject =>
                    new Outcome.Refused(new Refusal.DuplicateJob(holder)),
            };
        }

        if (_lines.Waiting(submitted.Queue) >= _settings.QueueJobsMax)
        {
            return new Outcome.Refused(new Refusal.QueueFull(submitted.Queue, _settings.QueueJobsMax));
        }

        if (Full(submitted, null) is { } bytesFull)
        {
            return new Outcome.Refused(bytesFull);
        }

        Job job = ToJob(submitted, submitted.Id, _nextOrder++, _now);
        job = Publish(job, JobEventKind.Created, null);
        _pending.Create(job.Id);
        return new Outcome.Accepted(job);
    }

    private static bool MayReplace(Job holder, OnDuplicate onDuplicate) =>
        holder.Status == JobStatus.New || (onDuplicate == OnDuplicate.Supersede && !holder.IsFinished);

    /// <summary>Why a submission's bytes are too many, or null.</summary>
    /// <param name="submitted">The submission.</param>
    /// <param name="replaced">The job whose place it takes; what is no larger always may.</param>
    private Refusal.BytesFull? Full(NewJob submitted, Job? replaced) =>
        Full(submitted.Owner, _live.OfNew(submitted) - (replaced is null ? 0 : _live.Of(replaced)));

    /// <summary>Why what a worker adds to a live job is too much, or null.</summary>
    /// <param name="after">The job with it.</param>
    /// <param name="before">The job as it counts now.</param>
    private Refusal.BytesFull? Full(Job after, Job before) => Full(before.Owner, _live.Of(after) - _live.Of(before));

    private Refusal.BytesFull? Full(string? ofOwner, long more) =>
        more <= 0 ? null
            : ofOwner is { } owner && _live.Of(owner) + more > _settings.OwnerBytesMax
                ? new Refusal.BytesFull(owner, _settings.OwnerBytesMax)
            : _live.Total + more > _settings.BytesMax ? new Refusal.BytesFull(null, _settings.BytesMax)
            : null;

    /// <summary>The outcome that the same submission had under its idempotency key; null: it comes for the first time.</summary>
    private Outcome? Repeated(NewJob submitted, OwnedKey key)
    {
        if (_keys.ByIdempotencyKey(key.Queue, key.Owner, key.Key, _now) is { } first)
        {
            return first.Fingerprint != KeyGuard.PartOf(submitted.Fingerprint)
                ? new Outcome.Refused(new Refusal.IdempotencyKeyReused(first.Job))
                : _jobs.TryFind(first.Job, out Job? made)
                    ? new Outcome.Replayed(made)
                    : new Outcome.Refused(new Refusal.FirstJobGone(first.Job));
        }

        if (_answers.Of(key, _now) is { } answer)
        {
            if (_jobs.TryFind(answer.Job, out Job? holder))
            {
                return answer.Fingerprint == submitted.Fingerprint
                    ? new Outcome.Replayed(holder)
                    : new Outcome.Refused(new Refusal.IdempotencyKeyReused(holder.Id));
            }

            _answers.Drop(key);
        }

        return null;
    }

    /// <summary>Why a submission's unique key is taken though no job is there that has it; null: it is not.</summary>
    private Refusal.KeyOfGoneJob? KeyOfGoneJob(NewJob submitted) =>
        UniqueKeyHolder(submitted) is { } holder && !_jobs.Has(holder)
            && _keys.UniqueKeyUntil(submitted.Queue, submitted.Owner, submitted.UniqueKey!, _now) is { } until
                ? new Refusal.KeyOfGoneJob(holder, until)
                : null;

    private Outcome.Existing Existing(Job holder, NewJob submitted)
    {
        if (submitted.IdempotencyKey is { } key)
        {
            var owned = new OwnedKey(submitted.Queue, submitted.Owner, key);
            _answers.Keep(owned, new Answers.Answer(holder.Id, submitted.Fingerprint, Instant.Later(_now, _settings.IdempotencyWindow)));
            _pending.Answer(owned);
        }

        return new Outcome.Existing(holder);
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
                    ReturnTo(mark);
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

    /// <summary>Most submissions name nobody: no key of theirs can be another job's.</summary>
    private static bool HasNoKey(NewJob submitted) =>
        submitted is { ExternalId: null, UniqueKey: null, IdempotencyKey: null };

    private void SettleHolders(NewJob submitted)
    {
        if (HasNoKey(submitted))
        {
            return;
        }

        foreach (Job byExternalId in ExternalIdHolders(submitted).Select(id => _jobs[id]).OrderBy(job => job.Order))
        {
            Settle(byExternalId);
        }

        if (UniqueKeyHolder(submitted) is { } byUniqueKey && _jobs.TryFind(byUniqueKey, out Job? holder))
        {
            Settle(holder);
        }
    }

    /// <summary>Who has the submission's externalId or unique key; two jobs when each has one of them.</summary>
    private (Job? First, Job? Second) Holders(NewJob submitted) => HasNoKey(submitted) ? (null, null) : HoldersOfKeys(submitted);

    private (Job? First, Job? Second) HoldersOfKeys(NewJob submitted)
    {
        Job? byExternalId = ExternalIdHolders(submitted).Select(id => _jobs[id]).MinBy(job => (job.Owner != submitted.Owner, job.Order));

        // A holder that could not be recalled is no longer kept.
        Job? byUniqueKey = UniqueKeyHolder(submitted) is { } holder ? _jobs.Find(holder) : null;
        return byExternalId is null ? (byUniqueKey, null) : (byExternalId, byUniqueKey?.Id == byExternalId.Id ? null : byUniqueKey);
    }

    /// <summary>Who has a submission's externalId: its owner's own job, and where the id is the queue's the oldest others.</summary>
    private IEnumerable<JobId> ExternalIdHolders(NewJob submitted)
    {
        IEnumerable<JobId> own =
            _keys.ByExternalId(submitted.Queue, submitted.Owner, submitted.ExternalId) is { } holder ? [holder] : [];
        return submitted.ExternalIdIsOfQueue ? own.Union(_keys.ByExternalId(submitted.Queue, submitted.ExternalId, FoundMax)) : own;
    }

    private JobId? UniqueKeyHolder(NewJob submitted) =>
        _keys.ByUniqueKey(submitted.Queue, submitted.Owner, submitted.UniqueKey, submitted.RetryOf, _now);

    private IEnumerable<JobId> MissingHolders(NewJob submitted) => HasNoKey(submitted) ? [] : MissingHoldersOfKeys(submitted);

    private IEnumerable<JobId> MissingHoldersOfKeys(NewJob submitted)
    {
        // Holders of external ids are live, hence in memory.
        JobId? first = _keys.ByIdempotencyKey(submitted.Queue, submitted.Owner, submitted.IdempotencyKey, _now)?.Job
            ?? AnswerOf(submitted)?.Job;
        if (first is { } answered && !_jobs.Has(answered))
        {
            yield return answered;
        }

        if (UniqueKeyHolder(submitted) is { } holder && holder != first && !_jobs.Has(holder))
        {
            yield return holder;
        }
    }

    private Answers.Answer? AnswerOf(NewJob submitted) =>
        submitted.IdempotencyKey is { } key ? _answers.Of(new OwnedKey(submitted.Queue, submitted.Owner, key), _now) : null;

    /// <summary>
    /// The job keeps its id, its arrival and its history, what it is a retry of included; everything that a submission says is the new
    /// one's. Only that a stored job stays one, or its old version would come back with the next start.
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
                RetryOf = live.RetryOf,
                Sequence = live.Sequence,
                EarlierKeys = EarlierKeys(live, submitted),
            },
            JobEventKind.Updated,
            live.Status);
    }

    /// <summary>
    /// What a job has promised of its keys until now, as far as the submission that takes its place does not say the same: the same unique
    /// key for as long.
    /// </summary>
    private IReadOnlyList<KeyGuard> EarlierKeys(Job live, NewJob submitted)
    {
        bool keepsUniqueKey = live.UniqueKey == submitted.UniqueKey && !(live.UniqueSeconds > (submitted.UniqueSeconds ?? 0));
        IReadOnlyList<KeyGuard> kept = KeyGuard.Of(keepsUniqueKey ? live with { Spec = live.Spec with { UniqueKey = null } } : live);
        return kept.Any(guard => guard.Until > _now)
            ? [.. kept.Where(guard => guard.Until > _now).TakeLast(Job.EarlierKeysKept)]
            : [];
    }

    private Job ToJob(NewJob submitted, JobId id, long order, DateTimeOffset createdAt)
    {
        DateTimeOffset runAt = submitted.RunAt ?? _now;
        submitted.Spec.ShareTerms(_terms);
        return new Job
        {
            Id = id,
            Order = order,
            Spec = submitted.Spec,
            State = submitted.State,
            DeadlineAt = Deadline(runAt, submitted.TimeLimitSeconds),
            RunAt = runAt,
            Priority = submitted.Priority,
            Labels = submitted.Labels,
            IdempotencyKey = submitted.IdempotencyKey,
            Fingerprint = submitted.Fingerprint,
            IdempotencyUntil = submitted.IdempotencyKey is null ? null : Instant.Later(_now, _settings.IdempotencyWindow),
            RetryOf = submitted.RetryOf,
            EarlierKeys = submitted.EarlierKeys,
            CreatedAt = createdAt,
            UpdatedAt = _now,
        };
    }

    /// <summary>When a time limit is reached: time that has already passed does not count.</summary>
    private DateTimeOffset? Deadline(DateTimeOffset runAt, int? limitSeconds) =>
        limitSeconds is { } limit ? Instant.Later(runAt > _now ? runAt : _now, TimeSpan.FromSeconds(limit)) : null;
}
