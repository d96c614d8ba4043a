namespace JobOrchestrator.Core;

public sealed partial class Shard
{
    private Outcome.Done Tick(Command.Tick tick)
    {
        Promote(tick.StepsMax);
        _keys.CloseWindows(_now, tick.StepsMax);
        _answers.Close(_now, tick.StepsMax);
        int changed = 0;
        while (changed < tick.Max && PendingBytes < tick.BytesMax && _lines.FirstDue(_heard) is { } due)
        {
            // Both entries of a job leave with the change that Settle makes.
            Settle(_jobs[due]);
            changed++;
        }

        return new Outcome.Done(changed);
    }

    private void Promote(int max)
    {
        _promotedAt = _now;
        _lines.Promote(_now, max);
    }

    /// <summary>
    /// Before jobs are handed out or counted, but once for a time: many who ask at one time, as after a tick, wait for one step together.
    /// </summary>
    private void PromoteOnce()
    {
        if (_now > _promotedAt)
        {
            Promote(Command.Tick.StepsMaxDefault);
        }
    }

    /// <summary>The job after what time alone has done to it: a time limit reached, or a lease that ended.</summary>
    /// <param name="job">The job.</param>
    /// <param name="evenAside">Somebody wants something of it: one that is set aside counts as well.</param>
    private Job Settle(Job job, bool evenAside = false)
    {
        if (job.IsFinished || (job.IsSetAside && !evenAside))
        {
            return job;
        }

        if (job.DeadlineAt <= _now)
        {
            Job ended = job.Status == JobStatus.InProgress ? EndAttempt(job, AttemptOutcome.TimedOut, "The time limit was reached.") : job;
            var error = new JobError(JobError.TimeLimitReached, "The time limit was reached.");
            return Finish(ended with { Error = error }, JobStatus.Cancelled);
        }

        if (job.Lease?.ExpiresAt <= _heard)
        {
            if (job.Lease.IsUnseen)
            {
                return GiveBack(job, null);
            }

            var lost = new JobError(JobError.LeaseLost, "The worker fell silent for longer than its lease.");
            return EndInError(job, AttemptOutcome.LeaseLost, lost, retry: true);
        }

        return job;
    }

    private Outcome.Done ReleaseWorker(Command.ReleaseWorker worker)
    {
        List<Job> held =
        [
            .. _lines.Running
                .Select(id => _jobs[id])
                .Where(job => job.Lease!.Worker == worker.Worker && !(LeasedAt(job) >= worker.LeasedBefore))
                .OrderBy(job => job.Order)
                .Take(worker.Max),
        ];
        int given = 0;
        for (; given < held.Count && PendingBytes < worker.BytesMax; given++)
        {
            GiveBack(held[given], null);
        }

        return new Outcome.Done(given);
    }

    private static DateTimeOffset LeasedAt(Job job) => job.Attempts.First(attempt => attempt.Outcome is null).StartedAt;

    /// <summary>
    /// Only in memory, and no rollback takes it back: the extension need not be stored, because whoever loads the shard next
    /// excuses again.
    /// </summary>
    private Outcome.Done Excuse(TimeSpan? by)
    {
        foreach (Job job in _lines.Running.Select(id => _jobs[id]).ToList())
        {
            if (Excused(job, by) is { } excused)
            {
                Swap(job, excused);
            }
        }

        _pending.AmendBefore(before => Excused(before, by) ?? before);
        return new Outcome.Done(0);
    }

    private Job? Excused(Job job, TimeSpan? by)
    {
        if (job.Lease is not { } lease)
        {
            return null;
        }

        DateTimeOffset end = LeaseEnd(job);
        if (by is { } more && Instant.Later(lease.ExpiresAt, more) is var later && later < end)
        {
            end = later;
        }

        return lease.ExpiresAt < end ? job with { Lease = lease with { ExpiresAt = end } } : null;
    }
}
