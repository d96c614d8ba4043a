using JobOrchestrator.Core;

namespace JobOrchestrator.Features.Why;

/// <summary>How a job's time was spent, in seconds, as far as its attempts are kept.</summary>
/// <param name="Waiting">Until its first attempt began.</param>
/// <param name="Running">In attempts.</param>
/// <param name="Pausing">Between attempts: pauses, and the wait for a worker after them.</param>
internal readonly record struct TimeSpent(double Waiting, double Running, double Pausing)
{
    /// <summary>Of a job that has ended.</summary>
    public static TimeSpent Of(Job job)
    {
        DateTimeOffset ended = job.FinishedAt ?? job.UpdatedAt;
        if (job.StartedAt is not { } started)
        {
            return new TimeSpent(Seconds(ended - job.CreatedAt), 0, 0);
        }

        double running = job.Attempts
            .Where(attempt => attempt.Outcome != AttemptOutcome.Refused)
            .Sum(attempt => Seconds((attempt.EndedAt ?? ended) - attempt.StartedAt));
        return new TimeSpent(
            Seconds(started - job.CreatedAt), running, Math.Max(0, Math.Round(Seconds(ended - started) - running, 3)));
    }

    private static double Seconds(TimeSpan span) => Math.Max(0, Math.Round(span.TotalSeconds, 3));
}
