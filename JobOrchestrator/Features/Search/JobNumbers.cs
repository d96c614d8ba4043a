using JobOrchestrator.Core;
using JobOrchestrator.Search;

namespace JobOrchestrator.Features.Search;

/// <summary>A job's numbers, instants and lengths of time as queries know them; null: there is none.</summary>
internal static class JobNumbers
{
    public static decimal? Of(Job job, QueryNumberField field) => field switch
    {
        QueryNumberField.Attempt => job.Attempt,
        QueryNumberField.Priority => job.Priority,
        QueryNumberField.Progress => (decimal?)job.Progress?.Percent,
    };

    public static DateTimeOffset? Of(Job job, QueryTimeField field) => field switch
    {
        QueryTimeField.Created => job.CreatedAt,
        QueryTimeField.Started => job.StartedAt,
        QueryTimeField.Finished => job.FinishedAt,
        QueryTimeField.Due => job.RunAt,
    };

    public static TimeSpan? Of(Job job, QueryDurationField field, DateTimeOffset now) => field switch
    {
        QueryDurationField.Wait => WaitOf(job, now),
        QueryDurationField.Run => RunOf(job, now),
    };

    /// <summary>From when it was ready to its first attempt. One that was never ready, or ended without an attempt, has none.</summary>
    private static TimeSpan? WaitOf(Job job, DateTimeOffset now)
    {
        DateTimeOffset? until = job.StartedAt ?? (job.IsFinished || job.RunAt > now ? null : now);

        // Its runAt is the first one's if that is before the first attempt; later ones are those of pauses.
        DateTimeOffset from = job.RunAt > job.CreatedAt && job.RunAt <= until ? job.RunAt : job.CreatedAt;
        return until is { } end ? Positive(end - from) : null;
    }

    private static TimeSpan? RunOf(Job job, DateTimeOffset now)
    {
        if (job.StartedAt is null)
        {
            return null;
        }

        TimeSpan run = TimeSpan.Zero;
        foreach (Attempt attempt in job.Attempts)
        {
            if (attempt.Outcome != AttemptOutcome.Refused)
            {
                run += Positive((attempt.EndedAt ?? job.FinishedAt ?? now) - attempt.StartedAt);
            }
        }

        return run;
    }

    private static TimeSpan Positive(TimeSpan span) => span > TimeSpan.Zero ? span : TimeSpan.Zero;
}
