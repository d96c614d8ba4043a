using JobOrchestrator.Dashboard.Words;
using JobOrchestrator.Sdk;

namespace JobOrchestrator.Dashboard.Plots;

/// <summary>
/// A job's life on one line: what it waited, ran and paused, and its attempts below each other on the same axis. Pure geometry, in
/// percent.
/// </summary>
public sealed class Timeline
{
    /// <summary>A stretch of less cannot be seen.</summary>
    private const double WidthMin = 0.4;

    private Timeline(DateTimeOffset from, DateTimeOffset to) => (From, To) = (from, to);

    /// <summary>Where the axis begins: when the job was made, or when its earliest attempt that is kept began.</summary>
    public DateTimeOffset From { get; }

    /// <summary>Where it ends: with the job, or now.</summary>
    public DateTimeOffset To { get; }

    /// <summary>The attempts, in their order.</summary>
    public IReadOnlyList<AttemptBar> Attempts { get; private init; } = [];

    /// <summary>The way from state to state.</summary>
    public IReadOnlyList<Step> Steps { get; private init; } = [];

    /// <summary>Attempts that are no longer kept.</summary>
    public int Earlier { get; private init; }

    /// <summary>The times named below the axis, with their places.</summary>
    public IReadOnlyList<(double At, string Text)> Ticks { get; private init; } = [];

    /// <summary>Draws a job; null: it has not begun.</summary>
    /// <param name="job">The job.</param>
    /// <param name="now">Where a life that goes on ends.</param>
    public static Timeline? Of(Job job, DateTimeOffset now)
    {
        JobAttempt[] attempts =
            [.. job.Attempts.Where(attempt => attempt.Outcome != JobAttemptOutcome.Refused && attempt.StartedAt is not null)];
        if (attempts.Length == 0)
        {
            return null;
        }

        DateTimeOffset first = attempts[0].StartedAt!.Value;
        DateTimeOffset made = attempts[0].Number == 1 ? JobTimes.ReadyAt(job) ?? first : first;
        DateTimeOffset from = made < first ? made : first;
        DateTimeOffset last = job.FinishedAt ?? (now > first ? now : first);
        var line = new Timeline(from, last > from ? last : from + TimeSpan.FromMilliseconds(1));
        ILookup<int, JobAttempt> refused = job.Attempts.Where(attempt => attempt.Outcome == JobAttemptOutcome.Refused)
            .ToLookup(attempt => attempt.Number);
        return new Timeline(line.From, line.To)
        {
            Attempts = [.. attempts.Select(attempt => line.Bar(attempt, refused[attempt.Number]))],
            Steps = Step.Of(job, attempts, now),
            Earlier = attempts[0].Number - 1,
            Ticks = line.MakeTicks(),
        };
    }

    /// <summary>The place of an instant.</summary>
    private double At(DateTimeOffset instant) =>
        Math.Clamp((instant - From) / (To - From), 0, 1) * 100;

    private AttemptBar Bar(JobAttempt attempt, IEnumerable<JobAttempt> late)
    {
        DateTimeOffset began = attempt.StartedAt!.Value;
        DateTimeOffset ended = attempt.EndedAt ?? To;
        JobAttempt[] refused = [.. late];
        double width = Math.Max(WidthMin, At(ended) - At(began));
        var bar = new Stretch(Math.Min(At(began), 100 - width), width);
        return new AttemptBar(
            attempt.Number,
            attempt.Worker ?? "",
            Kind(attempt.Outcome),
            bar,
            ended > began ? ended - began : TimeSpan.Zero,
            AttemptWords.Ends(attempt),
            [.. refused.Select(report => At(report.EndedAt ?? report.StartedAt ?? To))])
        {
            Late = [.. refused.Select(AttemptWords.Ends)],
            Silence = AttemptWords.SilentSince(attempt) is { } since ? Rest(bar, At(since)) : null,
        };
    }

    private static Stretch Rest(Stretch bar, double from)
    {
        double end = bar.From + bar.Width;
        double begin = Math.Clamp(from, bar.From, end);
        return new Stretch(begin, end - begin);
    }

    private static string Kind(JobAttemptOutcome? outcome) => outcome is null ? "running" : outcome.Value switch
    {
        JobAttemptOutcome.Completed => "completed",
        JobAttemptOutcome.Failed or JobAttemptOutcome.TimedOut => "failed",
        JobAttemptOutcome.LeaseLost => "lost",
        JobAttemptOutcome.Released => "released",
        JobAttemptOutcome.Cancelled or JobAttemptOutcome.Replaced or JobAttemptOutcome.Refused => "cancelled",
    };

    /// <summary>Four to eight round times.</summary>
    private List<(double At, string Text)> MakeTicks()
    {
        double seconds = (To - From).TotalSeconds;
        double step = Round(seconds / 5);
        var ticks = new List<(double At, string Text)>();
        for (int i = 0; i * step <= seconds * 1.0001 && i < 12; i++)
        {
            double at = i * step / seconds * 100;
            if (at <= 96)
            {
                ticks.Add((at, i == 0 ? "0" : Durations.Of(i * step)));
            }
        }

        return ticks;
    }

    /// <summary>The nearest of 1, 2, 5 and what clocks have, not below.</summary>
    internal static double Round(double seconds)
    {
        double[] clock = [60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 14_400, 21_600, 43_200, 86_400];
        if (seconds > 30)
        {
            return clock.FirstOrDefault(each => each >= seconds, Math.Ceiling(seconds / 86_400) * 86_400);
        }

        double power = Math.Pow(10, Math.Floor(Math.Log10(Math.Max(seconds, 0.000_1))));
        return (seconds / power) switch
        {
            <= 1 => power,
            <= 2 => 2 * power,
            <= 5 => 5 * power,
            _ => 10 * power,
        };
    }
}
