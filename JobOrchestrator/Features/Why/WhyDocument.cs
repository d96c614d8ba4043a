using JobOrchestrator.Core;
using JobOrchestrator.Shards;

namespace JobOrchestrator.Features.Why;

/// <summary>The answer: one document, the same for everyone who may read the job but for names.</summary>
internal sealed record WhyDocument(Job Job, JobPhase Phase, DateTimeOffset AsOf, IReadOnlyList<WhyReason> Reasons, string Text)
{
    /// <summary>Its place in line; null: it has none.</summary>
    public Ahead? Place { get; init; }

    /// <summary>When it will be handed out and end; of one that runs, when it will end; null: that cannot be said.</summary>
    public WhyEstimate? Estimate { get; init; }

    /// <summary>Why that cannot be said; null: it is, or it does not wait.</summary>
    public string? NoEstimate { get; init; }

    /// <summary>How its time was spent; null: it has not ended.</summary>
    public TimeSpent? Spent { get; init; }

    /// <summary>A line that helps, to be copied; null: none does.</summary>
    public string? Fix { get; init; }

    /// <summary>Of a live job.</summary>
    /// <param name="at">What its shard knows.</param>
    /// <param name="reasons">What it waits for.</param>
    /// <param name="address">The service's address, for a line to be copied by someone who operates the queue; null: for nobody.</param>
    public static WhyDocument Of(JobSituation at, IReadOnlyList<WhyReason> reasons, string? address)
    {
        // While its queue hands out nothing to anyone, no pace says anything.
        bool isHandedOut = at.IsHandedOut;
        WhyEstimate? estimate = at.Ahead is null
            ? WhyEstimate.OfRunning(at, reasons)
            : isHandedOut ? WhyEstimate.OfWaiting(at) : null;
        IEnumerable<string> said = reasons.Select(reason => reason.Text);
        string text = string.Join(' ', estimate is null ? said : said.Append(estimate.Text));
        return new WhyDocument(at.Job, at.Job.PhaseAt(at.Queue.Paused, at.Now), at.Now, reasons, text)
        {
            Place = at.IsDue ? at.Ahead : null,
            Estimate = estimate,
            NoEstimate = at.Ahead is null ? null : isHandedOut ? at.NoEstimate : "Nobody hands it out as it is.",
            Fix = address is null ? null
                : reasons.Any(reason => reason.Code == "queue-paused")
                    ? $"curl -X POST '{address}/queues/{Uri.EscapeDataString(at.Job.Queue)}/resume'"
                : reasons.Any(reason => reason.Code == "no-worker")
                    ? $"jobs work {Quoted(at.Job.Queue)} --type {Quoted(at.Job.Type)} -- ./program {{}}"
                : null,
        };
    }

    /// <summary>As one word of a shell's line.</summary>
    private static string Quoted(string name) =>
        name.All(character => char.IsAsciiLetterOrDigit(character) || character is '-' or '_' or '.') && !name.StartsWith('-')
            ? name
            : $"'{name.Replace("'", "'\\''", StringComparison.Ordinal)}'";

    /// <summary>Of a job that has ended.</summary>
    public static WhyDocument OfEnded(Job job, DateTimeOffset now, WhyReason reason)
    {
        var spent = TimeSpent.Of(job);
        string text = $"{reason.Text} It waited for {InWords.Of(TimeSpan.FromSeconds(spent.Waiting))}, ran for "
            + $"{InWords.Of(TimeSpan.FromSeconds(spent.Running))} and paused for {InWords.Of(TimeSpan.FromSeconds(spent.Pausing))}.";
        return new WhyDocument(job, job.PhaseAt(isPaused: false, now), now, [reason], text) { Spent = spent };
    }

    /// <summary>Of a job whose shard cannot be asked.</summary>
    public static WhyDocument OfAbsence(Job job, DateTimeOffset now, WhyReason reason) =>
        new(job, job.PhaseAt(isPaused: false, now), now, [reason], reason.Text);
}
