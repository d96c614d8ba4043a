namespace JobOrchestrator.Core;

public sealed partial class Shard
{
    // Owners of one id in one queue that a look-up names or looks at; whoever has more of them tells them apart by their job ids.
    private const int FoundMax = 20;

    private Outcome FindLive(Command.Find find)
    {
        Job[] found =
        [
            .. _keys.ByExternalId(find.Queue, find.ExternalId, FoundMax).Select(id => Settle(_jobs[id])).Where(job => !job.IsFinished),
        ];
        return found.Length > 0
            ? new Outcome.Found(found)
            : new Outcome.Refused(new Refusal.UnknownExternalId(find.Queue, find.ExternalId));
    }

    /// <summary>The job ends first, so that what comes next can have its keys; a refusal puts it back as it was.</summary>
    private Outcome Requeue(Job job, Command.Requeue requeue)
    {
        if (!HoldsLease(job, requeue.Token))
        {
            return RepeatOrStale(job, requeue.Token, AttemptOutcome.Completed, "requeue");
        }

        foreach (NewJob next in requeue.Jobs)
        {
            // What time alone does to the holders stays done, whatever becomes of the rest.
            SettleHolders(next);
        }

        Pending.Mark mark = _pending.Here;
        Job completed = Complete(job, result: null);
        if (EnqueueMany(requeue.Jobs) is Outcome.Refused refused)
        {
            PutBack(job);
            ReturnTo(mark);
            return refused;
        }

        return new Outcome.Changed(completed);
    }

    /// <summary>
    /// The job keeps its queue and keys, so that no other job can have them. One that is to be cancelled does not run again.
    /// </summary>
    private Outcome Reschedule(Job job, Command.Reschedule reschedule)
    {
        if (!HoldsLease(job, reschedule.Token))
        {
            return RefuseStale(job, reschedule.Token, "reschedule");
        }

        if (job.CancelRequested)
        {
            return new Outcome.Changed(FinishCancelled(EndAttempt(job, AttemptOutcome.Cancelled, null)));
        }

        NewJob next = reschedule.Job with
        {
            Spec = reschedule.Job.Spec with
            {
                Queue = job.Queue,
                Owner = job.Owner,
                ExternalId = job.ExternalId,
                UniqueKey = job.UniqueKey,
                UniqueSeconds = job.UniqueSeconds,
            },
            Labels = job.Labels,
            IdempotencyKey = null,
        };
        return Full(next, job) is { } full ? new Outcome.Refused(full) : new Outcome.Replaced(Supersede(job, next));
    }

    /// <summary>Puts a submission in the place of a job that waits or runs.</summary>
    private Job Supersede(Job job, NewJob submitted) =>
        ReplaceLive(
            job.Status == JobStatus.InProgress ? EndAttempt(job, AttemptOutcome.Replaced, "A new submission took the job's place.") : job,
            submitted);
}
