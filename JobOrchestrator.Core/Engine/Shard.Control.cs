namespace JobOrchestrator.Core;

public sealed partial class Shard
{
    /// <summary>The refusal of a command that was meant for another state of the job; null: it is in that state, or any will do.</summary>
    private static Outcome.Refused? Unless(Job job, long? ifSequence) =>
        ifSequence is { } sequence && sequence != job.Sequence ? new Outcome.Refused(new Refusal.SequenceMismatch(job)) : null;

    private Outcome Cancel(Job job, bool atOnce) => job switch
    {
        { Status: JobStatus.Cancelled } => new Outcome.Unchanged(job),
        { IsFinished: true } => new Outcome.Refused(new Refusal.AlreadyFinished(job)),
        { Status: JobStatus.New } => new Outcome.Changed(FinishCancelled(job)),
        _ when atOnce => new Outcome.Changed(FinishCancelled(EndAttempt(job, AttemptOutcome.Cancelled, null))),
        { CancelRequested: true } => new Outcome.Unchanged(job),
        _ => new Outcome.Changed(Publish(job with { CancelRequested = true }, JobEventKind.Updated, job.Status)),
    };

    private Job FinishCancelled(Job job) =>
        Finish(
            job with { CancelRequested = true, Error = new JobError(JobError.Cancelled, "The job was cancelled.") },
            JobStatus.Cancelled);

    /// <summary>
    /// A final status is never left, so a finished job runs again as a new job that names it. The old one remembers the new one:
    /// the same call again, or a replay of all dead letters, finds it and makes no second.
    /// </summary>
    private Outcome Retry(Job job, JobId newId)
    {
        if (!job.IsFinished)
        {
            return new Outcome.Refused(new Refusal.NotFinished(job));
        }

        if (job.RetriedAs is not null)
        {
            return new Outcome.Unchanged(job);
        }

        Outcome outcome = Enqueue(Resubmission(job, newId));
        if (outcome is Outcome.Accepted)
        {
            Put(job with { RetriedAs = newId });
        }

        return outcome;
    }

    private NewJob Resubmission(Job job, JobId newId) => new()
    {
        Id = newId,
        Spec = job.Spec,
        State = job.State,
        Priority = job.Priority,
        Labels = job.Labels,
        RetryOf = job.Id,
        EarlierKeys = KeyGuard.PassedOn(job, newId, _now),
    };

    private Outcome Reprioritise(Job job, Command.Reprioritise move)
    {
        string queue = move.Queue ?? job.Queue;
        bool isToNewPlace = move.Priority is not null || move.RunAt is not null || move.Queue is not null;
        if (job.Status != JobStatus.New && isToNewPlace)
        {
            return new Outcome.Refused(new Refusal.NotWaiting(job));
        }

        if (job.IsFinished)
        {
            return new Outcome.Refused(new Refusal.AlreadyFinished(job));
        }

        if (queue != job.Queue && NoPlaceIn(queue, job) is { } noPlace)
        {
            return new Outcome.Refused(noPlace);
        }

        DateTimeOffset runAt = move.RunAt ?? job.RunAt;
        Job moved = (queue == job.Queue ? job : InQueue(job, queue)) with
        {
            Priority = move.Priority ?? job.Priority,
            RunAt = runAt,
            DeadlineAt = move.RunAt is null ? job.DeadlineAt : Deadline(runAt, job.TimeLimitSeconds),
            Labels = move.Labels is { } labels ? job.Labels.With(labels) : job.Labels,
        };
        return moved.Priority == job.Priority && moved.RunAt == job.RunAt && moved.Labels.Equals(job.Labels) && queue == job.Queue
                ? new Outcome.Unchanged(job)
            : moved.Labels.Count > JobLabels.CountMax ? new Outcome.Refused(new Refusal.TooManyLabels(job))
            : Full(moved, job) is { } full ? new Outcome.Refused(full)
            : new Outcome.Changed(Publish(moved, JobEventKind.Updated, job.Status, queue == job.Queue ? null : job.Queue));
    }

    /// <summary>
    /// The job in another queue, where its externalId and unique key are taken from now on. In the queue that it leaves stays what it has
    /// promised there: whoever repeats its submission makes no second job.
    /// </summary>
    private Job InQueue(Job job, string queue)
    {
        KeyGuard[] kept = [.. KeyGuard.Of(job).Where(guard => guard.Until > _now).Distinct().TakeLast(Job.EarlierKeysKept)];
        JobSpec spec = job.Spec with { Queue = queue };
        spec.ShareTerms(_terms);
        return job with
        {
            Spec = spec,
            IdempotencyKey = null,
            Fingerprint = 0,
            IdempotencyUntil = null,
            EarlierKeys = kept,
        };
    }

    /// <summary>Why a waiting job cannot go to a queue, or null.</summary>
    private Refusal? NoPlaceIn(string queue, Job job)
    {
        NewJob arrival = Arrival(job, queue);
        SettleHolders(arrival);
        return Holders(arrival).First is { } holder ? new Refusal.DuplicateJob(holder)
            : KeyOfGoneJob(arrival) is { } gone ? gone
            : _lines.Waiting(queue) >= _settings.QueueJobsMax ? new Refusal.QueueFull(queue, _settings.QueueJobsMax)
            : null;
    }

    /// <summary>A job as another queue would see it come. What it has left taken there itself keeps it from nothing.</summary>
    private static NewJob Arrival(Job job, string queue) => new()
    {
        Id = job.Id,
        Spec = job.Spec with { Queue = queue },
        RetryOf = job.Id,
    };

    private Outcome Forget(Job job)
    {
        if (!job.IsFinished)
        {
            return new Outcome.Refused(new Refusal.NotFinished(job));
        }

        if (!_pending.IsVisitor(job.Id))
        {
            // It ended in this very batch and its document is not written yet: that comes first.
            return new Outcome.Refused(new Refusal.NotFinished(job));
        }

        // Its keys stay taken for their time: nobody who repeats himself makes a second job because the first one is gone.
        _jobs.Remove(job.Id);
        _pending.Forget(job);
        return new Outcome.Forgotten(job.Id);
    }
}
