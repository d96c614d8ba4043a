namespace JobOrchestrator.Core;

public sealed partial class Shard
{
    private static readonly JobError LeaseLostError = new(JobError.LeaseLost, "The worker fell silent for longer than its lease.");

    private Outcome.Done Tick(int max)
    {
        PromoteScheduled();
        int changed = 0;
        while (_due.Count > 0 && changed < max && _due.Min is var due && due.At <= _now)
        {
            switch (due.Kind)
            {
                case DueKind.UniqueWindow:
                    _due.Remove(due);
                    if (_uniqueKeys.TryGetValue((due.Queue, due.Key), out KeyHold unique) && unique.Holder == due.Job && unique.Until is not null)
                    {
                        _uniqueKeys.Remove((due.Queue, due.Key));
                    }

                    break;
                case DueKind.IdempotencyWindow:
                    _due.Remove(due);
                    if (_idempotencyKeys.TryGetValue((due.Queue, due.Key), out KeyHold remembered) && remembered.Holder == due.Job)
                    {
                        _idempotencyKeys.Remove((due.Queue, due.Key));
                    }

                    break;
                case DueKind.LeaseEnd:
                case DueKind.Deadline:
                    // Both entries of a job leave with the change that Settle makes.
                    Settle(_jobs[due.Job]);
                    changed++;
                    break;
            }
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
        List<Job> held = [.. _jobs.Values.Where(job => job.Lease?.Worker == worker.Worker).OrderBy(job => job.Order).Take(worker.Max)];
        foreach (Job job in held)
        {
            GiveBack(job, null);
        }

        return new Outcome.Done(held.Count);
    }

    /// <summary>Only in memory: the extension need not be stored, because whoever loads the shard next excuses again.</summary>
    private Outcome.Done Excuse()
    {
        List<Job> running = [.. _jobs.Values.Where(job => job.Lease is not null)];
        foreach (Job job in running)
        {
            DateTimeOffset full = Later(_now, TimeSpan.FromSeconds(job.LeaseSeconds));
            if (full > job.Lease!.ExpiresAt)
            {
                Unindex(job);
                Job excused = job with { Lease = job.Lease with { ExpiresAt = full } };
                _jobs[job.Id] = excused;
                Index(excused);
            }
        }

        return new Outcome.Done(0);
    }
}
