using JobOrchestrator.Core;

namespace JobOrchestrator.Shards;

/// <summary>What an event tells of a job's attempts.</summary>
internal static class AttemptTimes
{
    /// <summary>The attempt that an event tells the begin of; null: of none.</summary>
    public static Attempt? BegunIn(JobEvent happened) =>
        happened is { Job: { Status: JobStatus.InProgress, Attempts: [.., var begun] }, PreviousStatus: JobStatus.New } ? begun : null;

    /// <summary>The attempt that it tells the end of; null: of none. Refused reports stand behind it and are none.</summary>
    public static Attempt? EndedIn(JobEvent happened)
    {
        Job job = happened.Job;
        if (happened.PreviousStatus != JobStatus.InProgress || job.Status == JobStatus.InProgress)
        {
            return null;
        }

        for (int i = job.Attempts.Count - 1; i >= 0; i--)
        {
            if (job.Attempts[i].Outcome is { } outcome && outcome != AttemptOutcome.Refused)
            {
                return job.Attempts[i].Number == job.Attempt ? job.Attempts[i] : null;
            }
        }

        return null;
    }

    /// <summary>
    /// From when a job could be handed out until it was. One that is given back or runs again without a pause keeps its place, and its
    /// time to run lies before its last attempt.
    /// </summary>
    public static TimeSpan WaitOf(Job job, Attempt begun)
    {
        DateTimeOffset since = job.RunAt > job.CreatedAt ? job.RunAt : job.CreatedAt;
        foreach (Attempt earlier in job.Attempts)
        {
            // A late report that was refused ended nothing.
            since = earlier.Outcome != AttemptOutcome.Refused && earlier.EndedAt > since ? earlier.EndedAt.Value : since;
        }

        return AtLeastZero(begun.StartedAt - since);
    }

    /// <summary>How long an attempt ran; null: it runs.</summary>
    public static TimeSpan? RunOf(Attempt attempt) => attempt.EndedAt is { } end ? AtLeastZero(end - attempt.StartedAt) : null;

    private static TimeSpan AtLeastZero(TimeSpan span) => span > TimeSpan.Zero ? span : TimeSpan.Zero;
}
