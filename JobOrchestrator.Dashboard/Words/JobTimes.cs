using JobOrchestrator.Sdk;

namespace JobOrchestrator.Dashboard.Words;

/// <summary>Lengths of a job's life, as far as its document says.</summary>
internal static class JobTimes
{
    /// <summary>From when on it might have been handed out the first time.</summary>
    public static DateTimeOffset? ReadyAt(Job job) => job.Attempt == 0 && job.RunAt > job.CreatedAt ? job.RunAt : job.CreatedAt;

    /// <summary>How long it waited for its first attempt; null: it has had none.</summary>
    public static TimeSpan? Waited(Job job)
    {
        // After a pause between attempts, runAt is that of the next one.
        bool wasScheduled = job.Attempt == 1 && job.RunAt > job.CreatedAt && job.RunAt < job.StartedAt;
        return job.StartedAt - (wasScheduled ? job.RunAt : job.CreatedAt);
    }

    /// <summary>How long its attempts ran in all, those that are kept; null: none has ended.</summary>
    public static TimeSpan? Ran(Job job)
    {
        TimeSpan[] ended =
        [
            .. from attempt in job.Attempts
               where attempt.Outcome is not null and not JobAttemptOutcome.Refused
               let length = attempt.EndedAt - attempt.StartedAt
               where length is not null
               select length.Value,
        ];
        return ended.Length == 0 ? null : ended.Aggregate((sum, length) => sum + length);
    }
}
