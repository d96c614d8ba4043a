namespace JobOrchestrator.Core.Tests.Model;

internal sealed partial class PlainModel
{
    private Outcome EnqueueMany(IReadOnlyList<NewJob> submitted)
    {
        foreach (NewJob job in submitted)
        {
            SettleHolders(job);
        }

        Memory before = _memory.Copy();
        var outcomes = new List<Outcome>();
        for (int i = 0; i < submitted.Count; i++)
        {
            Outcome outcome = Enqueue(submitted[i]);
            if (outcome is Outcome.Refused refused)
            {
                GoBackTo(before);
                return Refuse(new Refusal.BatchItem(i, refused.Why));
            }

            outcomes.Add(outcome);
        }

        return new Outcome.AcceptedMany(outcomes);
    }

    private Outcome Enqueue(NewJob submitted)
    {
        if (submitted.IdempotencyKey is { } key
            && GuardOf(KeyHash.OfIdempotency(new OwnedKey(submitted.Queue, submitted.Owner, key))) is { Holder: var first } taken)
        {
            return taken.Fingerprint != (ulong)submitted.Fingerprint ? Refuse(new Refusal.IdempotencyKeyReused(first))
                : Find(first) is { } made ? new Outcome.Replayed(made)
                : Refuse(new Refusal.FirstJobGone(first));
        }

        if (submitted.IdempotencyKey is not null
            && _memory.Answers.FindLast(answer => IsSameKey(answer.Request, submitted)) is { Request: { } request } kept
            && kept.Until > Now && Find(kept.Answer) is { } answered)
        {
            return request.Fingerprint == submitted.Fingerprint
                ? new Outcome.Replayed(answered)
                : Refuse(new Refusal.IdempotencyKeyReused(answered.Id));
        }

        SettleHolders(submitted);
        List<Job> holders = Holders(submitted);
        if (UniqueGuard(submitted) is { } unique && Find(unique.Holder) is null
            && (holders.Count == 0 || submitted.OnDuplicate is OnDuplicate.Replace or OnDuplicate.Supersede))
        {
            return Refuse(new Refusal.KeyOfGoneJob(unique.Holder, unique.Until));
        }

        if (holders.Count > 0 && submitted is { OnDuplicate: OnDuplicate.Return, IdempotencyKey: not null })
        {
            _memory.Answers.Add((submitted, holders[0].Id, Now + settings.IdempotencyWindow));
        }

        if (holders.Count > 0)
        {
            return submitted.OnDuplicate switch
            {
                OnDuplicate.Return => new Outcome.Existing(holders[0]),
                OnDuplicate.Replace when holders.Count == 1 && holders[0].Status == JobStatus.New
                    && IsOfSameOwner(holders[0], submitted) =>
                    TooLarge(submitted, holders[0]) ?? new Outcome.Replaced(Replace(holders[0], submitted)),
                OnDuplicate.Supersede when holders.Count == 1 && !holders[0].IsFinished && IsOfSameOwner(holders[0], submitted) =>
                    TooLarge(submitted, holders[0]) ?? new Outcome.Replaced(Supersede(holders[0], submitted)),
                OnDuplicate.Replace or OnDuplicate.Supersede => Refuse(new Refusal.DuplicateJob(holders[^1])),
                OnDuplicate.Reject => Refuse(new Refusal.DuplicateJob(holders[0])),
            };
        }

        if (Live.Count(job => job.Queue == submitted.Queue && job.Status == JobStatus.New) >= settings.QueueJobsMax)
        {
            return Refuse(new Refusal.QueueFull(submitted.Queue, settings.QueueJobsMax));
        }

        return TooLarge(submitted, null)
            ?? new Outcome.Accepted(Publish(ToJob(submitted, submitted.Id, NextArrival(), Now), JobEventKind.Created, null));
    }

    /// <summary>Refused when the live jobs would be larger than they may be, and larger than they are.</summary>
    private Outcome? TooLarge(NewJob submitted, Job? replaced) => TooLarge(ToJob(submitted, submitted.Id, 0, Now), replaced);

    private Outcome? TooLarge(Job job, Job? replaced)
    {
        long more = bytesOf(job);
        long Bytes(IEnumerable<Job> jobs) => jobs.Where(job => job.Id != replaced?.Id).Sum(bytesOf) + more;
        if (replaced is not null && more <= bytesOf(replaced))
        {
            return null;
        }

        return job.Owner is not null && Bytes(Live.Where(live => live.Owner == job.Owner)) > settings.OwnerBytesMax
            ? Refuse(new Refusal.BytesFull(job.Owner, settings.OwnerBytesMax))
            : Bytes(Live) > settings.BytesMax ? Refuse(new Refusal.BytesFull(null, settings.BytesMax)) : null;
    }

    private long NextArrival()
    {
        long order = _memory.NextOrder;
        _memory = _memory with { NextOrder = order + 1 };
        return order;
    }

    private static bool IsSameKey(NewJob first, NewJob second) =>
        (first.Queue, first.Owner, first.IdempotencyKey) == (second.Queue, second.Owner, second.IdempotencyKey);

    private static bool IsOfSameOwner(Job job, NewJob submitted) => job.Queue == submitted.Queue && job.Owner == submitted.Owner;

    private IEnumerable<Job> HaveExternalId(NewJob submitted) => Live.Where(job =>
        job.Queue == submitted.Queue
        && submitted.ExternalId is not null
        && job.ExternalId == submitted.ExternalId
        && (job.Owner == submitted.Owner || submitted.ExternalIdIsOfQueue));

    private void SettleHolders(NewJob submitted)
    {
        HaveExternalId(submitted).OrderBy(job => job.Order).ToList().ForEach(holder => Settle(holder));
        Holders(submitted).ForEach(holder => Settle(holder));
    }

    /// <summary>Who has the externalId, then who has the unique key, each job once.</summary>
    private List<Job> Holders(NewJob submitted)
    {
        Job? byExternalId = HaveExternalId(submitted)
            .OrderBy(job => IsOfSameOwner(job, submitted) ? 0 : 1)
            .ThenBy(job => job.Order)
            .FirstOrDefault();
        Job? byUniqueKey = LiveByUniqueKey(submitted) ?? (UniqueGuard(submitted) is { } guard ? Find(guard.Holder) : null);
        return [.. new[] { byExternalId, byUniqueKey }.OfType<Job>().DistinctBy(job => job.Id)];
    }

    private Job? LiveByUniqueKey(NewJob submitted) => Live.FirstOrDefault(job =>
        submitted.UniqueKey is not null && IsOfSameOwner(job, submitted) && job.UniqueKey == submitted.UniqueKey);

    /// <summary>Who keeps the unique key taken for its window; one that is run again bars nothing.</summary>
    private KeyGuard? UniqueGuard(NewJob submitted) =>
        submitted.UniqueKey is { } key && LiveByUniqueKey(submitted) is null
            && GuardOf(KeyHash.OfUnique(new OwnedKey(submitted.Queue, submitted.Owner, key))) is { } guard
            && guard.Holder != submitted.RetryOf
                ? guard
                : null;

    /// <summary>A job goes on guarding what it was submitted with, but for the same unique key that it has as long now.</summary>
    private IEnumerable<KeyGuard> EarlierKeys(Job live, NewJob submitted)
    {
        bool isSame = live.UniqueKey == submitted.UniqueKey && (live.UniqueSeconds ?? 0) <= (submitted.UniqueSeconds ?? 0);
        return (isSame ? Taken(live) : KeyGuard.Of(live)).Where(guard => guard.Until > Now).TakeLast(16);
    }

    private Job Replace(Job live, NewJob submitted) => Publish(
        ToJob(submitted, live.Id, submitted.Durable && Stored(live.Id) is { Durable: false } && !live.Durable
            ? NextArrival()
            : live.Order, live.CreatedAt) with
        {
            Spec = submitted.Spec with { Durable = live.Durable || submitted.Durable },
            Attempt = live.Attempt,
            Attempts = live.Attempts,
            StartedAt = live.StartedAt,
            RetryOf = live.RetryOf,
            Sequence = live.Sequence,
            EarlierKeys = [.. EarlierKeys(live, submitted)],
        },
        JobEventKind.Updated,
        live.Status);

    private Job Supersede(Job live, NewJob submitted) =>
        Replace(live.Lease is null ? live : End(live, AttemptOutcome.Replaced, "A new submission took the job's place."), submitted);

    private Job ToJob(NewJob submitted, JobId id, long order, DateTimeOffset createdAt) => new()
    {
        Id = id,
        Order = order,
        Spec = submitted.Spec,
        State = submitted.State,
        RunAt = submitted.RunAt ?? Now,
        DeadlineAt = Deadline(submitted.RunAt ?? Now, submitted.TimeLimitSeconds),
        Priority = submitted.Priority,
        Labels = submitted.Labels,
        IdempotencyKey = submitted.IdempotencyKey,
        Fingerprint = submitted.Fingerprint,
        IdempotencyUntil = submitted.IdempotencyKey is null ? null : Now + settings.IdempotencyWindow,
        RetryOf = submitted.RetryOf,
        EarlierKeys = submitted.EarlierKeys,
        CreatedAt = createdAt,
        UpdatedAt = Now,
    };

    private DateTimeOffset? Deadline(DateTimeOffset runAt, int? limit) =>
        limit is null ? null : (runAt > Now ? runAt : Now).AddSeconds(limit.Value);

    /// <summary>The job after what time alone has done to it.</summary>
    private Job Settle(Job job)
    {
        if (!job.IsFinished && job.DeadlineAt <= Now)
        {
            Job ended = job.Lease is null ? job : End(job, AttemptOutcome.TimedOut, "The time limit was reached.");
            return Finish(
                ended with { Error = new JobError(JobError.TimeLimitReached, "The time limit was reached.") },
                JobStatus.Cancelled,
                job.Status);
        }

        return job.Lease?.ExpiresAt <= Now
            ? EndInError(
                job,
                AttemptOutcome.LeaseLost,
                new JobError(JobError.LeaseLost, "The worker fell silent for longer than its lease."),
                tryAgain: true)
            : job;
    }

    private Job EndInError(Job job, AttemptOutcome outcome, JobError error, bool tryAgain)
    {
        if (job.CancelRequested)
        {
            return FinishCancelled(
                End(job, outcome == AttemptOutcome.LeaseLost ? outcome : AttemptOutcome.Cancelled, error.Title), job.Status);
        }

        Job ended = End(job, outcome, error.Title) with { Error = error, Failures = job.Failures + 1 };
        if (!tryAgain || ended.Failures > job.MaxRetries)
        {
            return Finish(ended, JobStatus.Failed, job.Status);
        }

        Job again = ended with { Status = JobStatus.New, RunAt = Again(job, ended.Failures) };
        return Publish(
            TooLarge(again, job) is null ? again : again with { Error = error with { Detail = null } }, JobEventKind.Updated, job.Status);
    }

    private DateTimeOffset Again(Job job, int failures) =>
        job.Backoff.After(job.Id, failures) is var pause && pause > TimeSpan.Zero ? Now + pause : job.RunAt;

    private Job GiveBack(Job job, TimeSpan? delay) => job.CancelRequested
        ? FinishCancelled(End(job, AttemptOutcome.Cancelled), job.Status)
        : Publish(
            End(job, AttemptOutcome.Released) with { Status = JobStatus.New, RunAt = delay is null ? job.RunAt : Now + delay.Value },
            JobEventKind.Updated,
            job.Status);

    private Job End(Job job, AttemptOutcome outcome, string? error = null) => job with
    {
        Lease = null,
        Attempts = [.. job.Attempts.Select(
            attempt => attempt.Outcome is null
                ? attempt with { EndedAt = Now, Outcome = outcome, Error = error, Heartbeats = Ended(job.Lease?.Heartbeats) }
                : attempt)],
    };

    private Heartbeats? Ended(Heartbeats? beats) =>
        beats is null ? null : beats with { LongestGap = Longer(beats.LongestGap, Now - beats.LastAt) };

    private static TimeSpan Longer(TimeSpan one, TimeSpan other)
    {
        var whole = TimeSpan.FromTicks(other.Ticks / TimeSpan.TicksPerMillisecond * TimeSpan.TicksPerMillisecond);
        return whole > one ? whole : one;
    }

    private Job FinishCancelled(Job job, JobStatus previous) => Finish(
        job with { CancelRequested = true, Error = new JobError(JobError.Cancelled, "The job was cancelled.") },
        JobStatus.Cancelled,
        previous);

    private Job Complete(Job job, JsonText? result)
    {
        Progress? progress = job.Progress is { Percent: not null } said ? new Progress(100, said.Message) : job.Progress;
        return Finish(
            End(job, AttemptOutcome.Completed) with { Result = result, Error = null, Progress = progress },
            JobStatus.Completed,
            job.Status);
    }

    private Job Finish(Job job, JobStatus status, JobStatus previous) => Publish(
        job with { Status = status, FinishedAt = Now, ExpiresAt = Now + settings.Retention },
        Enum.Parse<JobEventKind>(status.ToString()),
        previous);
}
