namespace JobOrchestrator.Core;

/// <summary>What becomes of jobs whose changes the store does not take.</summary>
public sealed partial class Shard
{
    private Outcome.Done SettleIn(JobId id, JobForm form)
    {
        if (!_jobs.TryFind(id, out Job? job))
        {
            return new Outcome.Done(0);
        }

        // A visitor is finished, and stays.
        Settle(job.IsFinished ? job : job.In(form));
        return new Outcome.Done(ReferenceEquals(_jobs[id], job) ? 0 : 1);
    }

    private Outcome.Done GiveUp(JobId id)
    {
        if (!_jobs.TryFind(id, out Job? job) || job.Status != JobStatus.New)
        {
            return new Outcome.Done(0);
        }

        var error = new JobError(JobError.TooLarge, "The state store takes the job in no worker's hands: it is too large.");
        Finish(job.In(JobForm.Smallest) with { Error = error }, JobStatus.Failed);
        return new Outcome.Done(1);
    }

    /// <summary>Only in memory, and no rollback takes it back.</summary>
    private Outcome.Done SetAside(JobId id, bool isAside)
    {
        if (!_jobs.TryFind(id, out Job? job) || job.IsFinished || job.IsSetAside == isAside)
        {
            return new Outcome.Done(0);
        }

        Swap(job, job with { IsSetAside = isAside });
        _pending.AmendBefore(before => before.Id == id ? before with { IsSetAside = isAside } : before);
        return new Outcome.Done(1);
    }
}
