using JobOrchestrator.Dashboard.Words;
using JobOrchestrator.Sdk;

namespace JobOrchestrator.Dashboard.Plots;

/// <summary>One state on a job's way.</summary>
/// <param name="Phase">The name of its colours; null: some that are left out.</param>
/// <param name="Word">What it is.</param>
/// <param name="Length">How long it lasted, or has lasted so far; null: it is an end.</param>
public sealed record Step(string? Phase, string Word, TimeSpan? Length = null)
{
    /// <summary>Attempts at either end of a long way that are shown; those between are counted.</summary>
    private const int Ends = 3;

    /// <summary>The way of a job that has been attempted.</summary>
    internal static IReadOnlyList<Step> Of(Job job, IReadOnlyList<JobAttempt> attempts, DateTimeOffset now)
    {
        var steps = new List<Step>();
        if (attempts[0].Number == 1 && JobTimes.Waited(job) is { } waited)
        {
            steps.Add(new Step("ready", "Waiting", waited));
        }

        for (int i = 0; i < attempts.Count; i++)
        {
            if (i == Ends && attempts.Count > 2 * Ends + 1)
            {
                i = attempts.Count - Ends;
                steps.Add(new Step(null, $"{Numbers.Counted(i - Ends, "attempt")} more"));
            }

            AddAttempt(steps, job, attempts, i, now);
        }

        if (job.IsFinished)
        {
            var end = Words.Phase.Of(job, now);
            steps.Add(new Step(end.Name, end.Word));
        }

        return steps;
    }

    private static void AddAttempt(List<Step> steps, Job job, IReadOnlyList<JobAttempt> attempts, int i, DateTimeOffset now)
    {
        JobAttempt attempt = attempts[i];
        steps.Add(new Step(
            attempt.EndedAt is null && job.CancelRequested ? "cancelling" : "running",
            $"Running {attempt.Number}",
            Positive((attempt.EndedAt ?? now) - attempt.StartedAt!.Value)));
        if (attempt.EndedAt is not { } ended || (i == attempts.Count - 1 && job.IsFinished))
        {
            return;
        }

        bool isLast = i == attempts.Count - 1;
        DateTimeOffset until = isLast ? now : attempts[i + 1].StartedAt!.Value;
        steps.Add(new Step("retrying", "Pause", Positive(until - ended)));
    }

    private static TimeSpan Positive(TimeSpan length) => length > TimeSpan.Zero ? length : TimeSpan.Zero;
}
