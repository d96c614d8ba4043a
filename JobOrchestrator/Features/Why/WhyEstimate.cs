using JobOrchestrator.Shards;

namespace JobOrchestrator.Features.Why;

/// <summary>When a job will be handed out, and when it will have ended.</summary>
/// <param name="Start">In the middle; of one that runs, when that began.</param>
/// <param name="Earliest">One of ten is earlier; the start itself of one that runs.</param>
/// <param name="Latest">One of ten is later; the start itself of one that runs.</param>
/// <param name="Certainty">How sure the start is, in a word.</param>
/// <param name="Basis">What it goes by.</param>
/// <param name="End">Its start, and what half of its type's runs did not exceed; null: too few are known.</param>
/// <param name="Text">The same as a sentence.</param>
internal sealed record WhyEstimate(
    DateTimeOffset Start, DateTimeOffset Earliest, DateTimeOffset Latest, string Certainty, string Basis, DateTimeOffset? End, string Text)
{
    /// <summary>Of one that waits, in line or for its time.</summary>
    /// <returns>Null: that cannot be said.</returns>
    public static WhyEstimate? OfWaiting(JobSituation at)
    {
        if (at.Estimate is not { } estimate)
        {
            return null;
        }

        // Who never wants it to run says so by the last instant that there is.
        DateTimeOffset start = Later(at.Now, estimate.Wait), earliest = Later(at.Now, estimate.Earliest);
        DateTimeOffset latest = Later(at.Now, estimate.Latest);
        DateTimeOffset? end = at.Run is { } run ? Later(start, run) : null;
        string starts = $"It starts at about {InWords.Of(start)} (between {InWords.Of(earliest)} and {InWords.Of(latest)}; "
            + $"{estimate.Certainty})";
        return new WhyEstimate(
            start,
            earliest,
            latest,
            estimate.Certainty,
            estimate.Basis,
            end,
            end is { } ends ? $"{starts} and ends at about {InWords.Of(ends)}, if it runs as long as others of its type." : $"{starts}.");
    }

    private static DateTimeOffset Later(DateTimeOffset from, TimeSpan by) =>
        by < DateTimeOffset.MaxValue - from ? from + by : DateTimeOffset.MaxValue;

    /// <summary>
    /// Of one that runs, whose worker is heard of and has not been asked to stop. One that runs for longer than half of its type's runs is
    /// known by nothing but that.
    /// </summary>
    /// <returns>Null: that cannot be said.</returns>
    public static WhyEstimate? OfRunning(JobSituation at, IReadOnlyList<WhyReason> reasons)
    {
        if (reasons is not [{ Code: "running" }] || at.Run is not { } run || at.Job.RunningAttempt?.StartedAt is not { } start
            || start + run <= at.Now)
        {
            return null;
        }

        string basis = $"half of its type's runs are over after {InWords.Of(run)}";
        return new WhyEstimate(
            start, start, start, "high", basis, start + run, $"It ends at about {InWords.Of(start + run)}: {basis}.");
    }
}
