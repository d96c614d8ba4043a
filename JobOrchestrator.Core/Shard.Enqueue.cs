namespace JobOrchestrator.Core;

public sealed partial class Shard
{
    private Outcome Enqueue(NewJob submitted)
    {
        if (submitted.IdempotencyKey is { } key && IdempotencyHold(submitted.Queue, key) is { } first)
        {
            if (first.Fingerprint != submitted.Fingerprint)
            {
                return new Outcome.Refused(new Refusal.IdempotencyKeyReused(first.Holder));
            }

            if (_jobs.TryGetValue(first.Holder, out Job? replayed))
            {
                return new Outcome.Replayed(replayed);
            }

            // Its job has been forgotten on request: so is the key.
            _idempotencyKeys.Remove((submitted.Queue, key));
        }

        if (Holder(submitted) is { } holder)
        {
            return submitted.OnDuplicate switch
            {
                OnDuplicate.Return => new Outcome.Existing(holder),
                OnDuplicate.Replace when Settle(holder) is { Status: JobStatus.New } waiting => new Outcome.Replaced(ReplaceWaiting(waiting, submitted)),
                OnDuplicate.Replace or OnDuplicate.Reject => new Outcome.Refused(new Refusal.DuplicateJob(holder)),
            };
        }

        if (_queues.TryGetValue(submitted.Queue, out JobQueue? queue) && queue.Waiting >= _settings.QueueJobsMax)
        {
            return new Outcome.Refused(new Refusal.QueueFull(submitted.Queue, _settings.QueueJobsMax));
        }

        Job job = ToJob(submitted, submitted.Id, _nextOrder++, _now);
        job = Publish(job, JobEventKind.Created, null);
        _created.Add(job.Id);
        return new Outcome.Accepted(job);
    }

    /// <summary>All or none: what the jobs before a refused one changed is put back.</summary>
    private Outcome EnqueueMany(IReadOnlyList<NewJob> submitted)
    {
        var outcomes = new List<Outcome>(submitted.Count);
        var replaced = new Stack<Job>();
        (int events, int created, long order) before = (_events.Count, _created.Count, _nextOrder);
        for (int i = 0; i < submitted.Count; i++)
        {
            if (submitted[i].OnDuplicate == OnDuplicate.Replace && Holder(submitted[i]) is { } holder)
            {
                replaced.Push(holder);
            }

            Outcome outcome = Enqueue(submitted[i]);
            if (outcome is Outcome.Refused refused)
            {
                Undo(outcomes, replaced, before);
                return new Outcome.Refused(new Refusal.BatchItem(i, refused.Why));
            }

            outcomes.Add(outcome);
        }

        return new Outcome.AcceptedMany(outcomes);
    }

    private void Undo(List<Outcome> outcomes, Stack<Job> replaced, (int Events, int Created, long Order) before)
    {
        while (replaced.TryPop(out Job? job))
        {
            // A job that was itself made by this batch goes altogether, below.
            if (_jobs.ContainsKey(job.Id))
            {
                Put(job);
            }
        }

        foreach (Outcome.Accepted accepted in outcomes.OfType<Outcome.Accepted>())
        {
            Remove(_jobs[accepted.Job.Id]);
        }

        _events.RemoveRange(before.Events, _events.Count - before.Events);
        _created.RemoveRange(before.Created, _created.Count - before.Created);
        _nextOrder = before.Order;
    }

    /// <summary>The job keeps its id, its arrival and its history; everything that a submission says is the new one's.</summary>
    private Job ReplaceWaiting(Job waiting, NewJob submitted) =>
        Publish(
            ToJob(submitted, waiting.Id, waiting.Order, waiting.CreatedAt) with
            {
                Attempt = waiting.Attempt,
                Attempts = waiting.Attempts,
                StartedAt = waiting.StartedAt,
                Sequence = waiting.Sequence,
            },
            JobEventKind.Updated,
            waiting.Status);

    private Job ToJob(NewJob submitted, JobId id, long order, DateTimeOffset createdAt)
    {
        DateTimeOffset runAt = submitted.RunAt ?? _now;
        return new Job
        {
            Id = id,
            Order = order,
            ExternalId = submitted.ExternalId,
            Type = submitted.Type,
            Queue = submitted.Queue,
            Owner = submitted.Owner,
            Input = submitted.Input,
            State = submitted.State,
            MaxRetries = submitted.MaxRetries,
            Backoff = submitted.Backoff,
            LeaseSeconds = submitted.LeaseSeconds,
            TimeLimitSeconds = submitted.TimeLimitSeconds,
            DeadlineAt = submitted.TimeLimitSeconds is { } limit ? Later(runAt > _now ? runAt : _now, TimeSpan.FromSeconds(limit)) : null,
            RunAt = runAt,
            Priority = submitted.Priority,
            UniqueKey = submitted.UniqueKey,
            UniqueSeconds = submitted.UniqueSeconds,
            IdempotencyKey = submitted.IdempotencyKey,
            Fingerprint = submitted.Fingerprint,
            IdempotencyUntil = submitted.IdempotencyKey is null ? null : Later(_now, _settings.IdempotencyWindow),
            Durable = submitted.Durable,
            Traceparent = submitted.Traceparent,
            RetryOf = submitted.RetryOf,
            CreatedAt = createdAt,
            UpdatedAt = _now,
        };
    }

    private KeyHold? IdempotencyHold(string queue, string key) =>
        _idempotencyKeys.TryGetValue((queue, key), out KeyHold hold) && hold.Until > _now ? hold : null;

    /// <summary>Who has the submission's externalId or unique key.</summary>
    private JobId? HolderId(NewJob submitted)
    {
        if (submitted.ExternalId is { } externalId && _externalIds.TryGetValue((submitted.Queue, externalId), out JobId live))
        {
            return live;
        }

        return submitted.UniqueKey is { } uniqueKey
            && _uniqueKeys.TryGetValue((submitted.Queue, uniqueKey), out KeyHold hold)
            && (hold.Until is null || hold.Until > _now)
            && hold.Holder != submitted.RetryOf
            ? hold.Holder
            : null;
    }

    private Job? Holder(NewJob submitted) => HolderId(submitted) is { } id && _jobs.TryGetValue(id, out Job? holder) ? holder : null;

    private IEnumerable<JobId> MissingHolders(NewJob submitted)
    {
        if (submitted.IdempotencyKey is { } key
            && _idempotencyKeys.TryGetValue((submitted.Queue, key), out KeyHold first)
            && !_jobs.ContainsKey(first.Holder))
        {
            yield return first.Holder;
        }

        if (HolderId(submitted) is { } holder && !_jobs.ContainsKey(holder))
        {
            yield return holder;
        }
    }

    /// <summary>The end of time instead of an overflow.</summary>
    private static DateTimeOffset Later(DateTimeOffset from, TimeSpan by) =>
        DateTimeOffset.MaxValue - from < by ? DateTimeOffset.MaxValue : from + by;
}
