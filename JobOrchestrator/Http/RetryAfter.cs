using JobOrchestrator.Core;

namespace JobOrchestrator.Http;

/// <summary>When asking again makes sense, in whole seconds.</summary>
internal static class RetryAfter
{
    /// <summary>The store is away: its outages are short or long, never known.</summary>
    public const int WhenDown = 2;

    /// <summary>Something is full and drains by the second.</summary>
    public const int WhenFull = 1;

    /// <summary>Nobody is sent away for longer, because schedules change.</summary>
    private const int SecondsMax = 3_600;

    /// <summary>Of an estimate, half is waited for: it is surer the nearer it is.</summary>
    private const int EstimatedMax = 300;

    /// <summary>
    /// For a job that is not due, until it is at least. Half of what is left until it ends, from 1 to 300, where that is known; of one
    /// that runs no more than it has run for, as many a type does some of its work in a moment. Else a tenth of its age, from 1 to 30:
    /// what has just been started may be done in a second, what has run for minutes will not end in the next one.
    /// </summary>
    /// <param name="job">The job.</param>
    /// <param name="now">The time.</param>
    /// <param name="left">What is left until it ends; null: that is not known, or was not asked for.</param>
    public static int Seconds(Job job, DateTimeOffset now, TimeSpan? left = null)
    {
        if (job.IsFinished)
        {
            return 0;
        }

        TimeSpan? runs = now - job.RunningAttempt?.StartedAt;
        int? half = left is { } known
            ? (int)Math.Clamp(Math.Ceiling(Math.Min(known.TotalSeconds / 2, (runs ?? known).TotalSeconds)), 1, EstimatedMax)
            : null;
        return job.Status == JobStatus.New && job.RunAt > now
            ? Math.Max(Seconds(job.RunAt, now), half ?? 0)
            : half ?? (int)Math.Clamp((now - (job.RunAt > job.CreatedAt ? job.RunAt : job.CreatedAt)).TotalSeconds / 10, 1, 30);
    }

    /// <summary>For what can be had from an instant on.</summary>
    public static int Seconds(DateTimeOffset from, DateTimeOffset now) =>
        (int)Math.Clamp(Math.Ceiling((from - now).TotalSeconds), 0, SecondsMax);
}
