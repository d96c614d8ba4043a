namespace JobOrchestrator.Core;

public sealed partial class Shard
{
    private static readonly JobError LeaseLostError = new(JobError.LeaseLost, "The worker fell silent for longer than its lease.");

    private Outcome.Done Tick(Command.Tick tick)
    {
        PromoteScheduled();
        CloseWindows();
        int changed = 0;
        while (_due.Count > 0 && changed < tick.Max && PendingBytes < tick.BytesMax && _due.Min is var due && due.At <= _now)
        {
            // Both entries of a job leave with the change that Settle makes.
            Settle(_jobs[due.Job]);
            changed++;
        }

        return new Outcome.Done(changed);
    }

    /// <summary>The job after what time alone has done to it: a time limit reached, or a lease that ended.</summary>
    private Job Settle(Job job)
    {
        if (job.IsFinished)
        {
            return job;
        }

        if (job.DeadlineAt <= _now)
        {
            Job ended = job.Status == JobStatus.InProgress ? EndAttempt(job, AttemptOutcome.TimedOut, "The time limit was reached.") : job;
            return Finish(ended with { Error = new JobError(JobError.TimeLimitReached, "The time limit was reached.") }, JobStatus.Cancelled);
        }

        return job.Lease?.ExpiresAt <= _now ? EndInError(job, AttemptOutcome.LeaseLost, LeaseLostError, retry: true) : job;
    }

    private Outcome.Done ReleaseWorker(Command.ReleaseWorker worker)
    {
        List<Job> held = [.. _running.Select(id => _jobs[id]).Where(job => job.Lease!.Worker == worker.Worker).OrderBy(job => job.Order).Take(worker.Max)];
        int given = 0;
        for (; given < held.Count && PendingBytes < worker.BytesMax; given++)
        {
            GiveBack(held[given], null);
        }

        return new Outcome.Done(given);
    }

    /// <summary>
    /// Only in memory, and no rollback takes it back: the extension need not be stored, because whoever loads the shard next excuses again.
    /// </summary>
    private Outcome.Done Excuse()
    {
        foreach (Job job in _running.Select(id => _jobs[id]).ToList())
        {
            if (Excused(job) is { } excused)
            {
                Swap(job, excused);
            }
        }

        foreach (Job before in _before.Values.OfType<Job>().ToList())
        {
            _before[before.Id] = Excused(before) ?? before;
        }

        return new Outcome.Done(0);
    }

    private Job? Excused(Job job)
    {
        DateTimeOffset full = LeaseEnd(job);
        return job.Lease is { } lease && lease.ExpiresAt < full ? job with { Lease = lease with { ExpiresAt = full } } : null;
    }
}
