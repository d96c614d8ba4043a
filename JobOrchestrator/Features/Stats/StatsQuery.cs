using System.Globalization;
using JobOrchestrator.Http;
using JobOrchestrator.Shards;

namespace JobOrchestrator.Features.Stats;

/// <summary>What was asked for: which metrics, of what, from when to when, by what steps.</summary>
/// <param name="Metrics">The metrics, each once.</param>
/// <param name="By">What lines are told apart by.</param>
/// <param name="Ask">What of the history answers it.</param>
internal sealed record StatsQuery(IReadOnlyList<StatsMetric> Metrics, StatsBy By, HistoryAsk Ask)
{
    /// <summary>Most steps of an answer.</summary>
    public const int StepsMax = 1_440;

    /// <summary>Most steps where queues or types are told apart.</summary>
    public const int NamedStepsMax = 240;

    /// <summary>Most lines of an answer, and of each queue or type where few steps are asked for.</summary>
    public const int LinesMax = 12;

    /// <summary>Up to so many steps of whole minutes, as an hour by minutes, are few: a list of queues has a line of each.</summary>
    public const int FewSteps = 60;

    /// <summary>Most queues or types of few steps. By seconds no more queues are kept.</summary>
    public const int FewStepsNamesMax = 32;

    /// <summary>What is asked for where nothing is said.</summary>
    public const string MetricsDefault = "submitted,started,finished";

    private const int StepMax = 86_400;

    // What is beyond cannot be reckoned with, and nothing is known of it.
    private const int YearMin = 2000;
    private const int YearMax = 9000;

    // An age that was typed is a moment older when it is read.
    private static readonly TimeSpan Slack = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Window = TimeSpan.FromHours(1);
    private static readonly TimeSpan Longest = TimeSpan.FromDays(36);

    // The step for a window up to so long.
    private static readonly (TimeSpan Window, int Step)[] Steps =
    [
        (TimeSpan.FromMinutes(15), 5), (TimeSpan.FromHours(1), 30), (TimeSpan.FromHours(24), 600), (TimeSpan.FromDays(7), 3_600),
        (Longest, 21_600),
    ];

    /// <summary>Reads one.</summary>
    /// <exception cref="ProblemException">400, 422, or 403: the caller may not see that.</exception>
    public static StatsQuery Read(HttpRequest request, Caller caller, DateTimeOffset now)
    {
        IReadOnlyList<StatsMetric> metrics = ReadMetrics(Query.Text(request, "m") ?? MetricsDefault);
        StatsBy by = ReadBy(Query.Text(request, "by"));
        // Now is in it.
        DateTimeOffset to = Query.InstantOrAge(request, "to", now, Longest) ?? now.AddTicks(1);
        if (to.Year is < YearMin or > YearMax)
        {
            throw new ProblemException(Problems.NotAllowed("?to", $"A time between the years {YearMin} and {YearMax}."));
        }

        DateTimeOffset from = Query.InstantOrAge(request, "from", now, Longest) ?? to - Window;
        if (to <= from || to.AddTicks(-1) - from > Longest)
        {
            throw new ProblemException(Problems.NotAllowed("?from", "Before ?to, and at most 36 days."));
        }

        int step = ReadStep(request) ?? Math.Max(
            Array.Find(Steps, known => to.AddTicks(-1) - from <= known.Window).Step, ShortestKept(now - from));
        var begin = DateTimeOffset.FromUnixTimeSeconds(from.ToUnixTimeSeconds() / step * step);
        int count = (int)Math.Ceiling((to - begin).TotalSeconds / step);
        bool isByName = by is StatsBy.Queue or StatsBy.Type;
        if (count > (isByName ? NamedStepsMax : StepsMax))
        {
            throw new ProblemException(Problems.NotAllowed(
                "?step", $"Longer: at most {(isByName ? NamedStepsMax : StepsMax)} steps are answered, that would be {count}."));
        }

        (HistoryBy whose, IReadOnlySet<string>? names) = StatsScope.Of(
            caller, by, Query.Text(request, "queue"), Query.Text(request, "type"), Query.Text(request, "owner"));
        if (whose is HistoryBy.Type or HistoryBy.Owner && metrics.FirstOrDefault(metric => !metric.IsOfNames) is { } unknown)
        {
            throw new ProblemException(Problems.NotAllowed("?m", $"{unknown.Name} is known of queues and of all jobs alone."));
        }

        int namesMax = !isByName ? int.MaxValue
            : count <= FewSteps && step % 60 == 0 ? FewStepsNamesMax
            : Math.Max(1, LinesMax / metrics.Sum(metric => metric.Lines(by).Count));
        return new StatsQuery(metrics, by, new HistoryAsk(begin, count, step, whose, names, namesMax));
    }

    /// <summary>The shortest step that is kept for so long.</summary>
    private static int ShortestKept(TimeSpan age) =>
        age <= Fineness.OfSeconds.KeptFor + Slack ? 1 : age <= Fineness.OfMinutes.KeptFor + Slack ? 60 : 3_600;

    private static List<StatsMetric> ReadMetrics(string text)
    {
        var metrics = new List<StatsMetric>();
        foreach (string name in text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            StatsMetric? metric = StatsMetric.All.FirstOrDefault(known => known.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
            if (metric is null)
            {
                throw Query.Malformed("m", $"names such as {string.Join(", ", StatsMetric.All.Select(known => known.Name))}");
            }

            if (!metrics.Contains(metric))
            {
                metrics.Add(metric);
            }
        }

        return metrics.Count > 0 ? metrics : throw Query.Malformed("m", "at least one name");
    }

    private static StatsBy ReadBy(string? text) => text?.ToLowerInvariant() switch
    {
        null => StatsBy.Nothing,
        "status" => StatsBy.Status,
        "outcome" => StatsBy.Outcome,
        "queue" => StatsBy.Queue,
        "type" => StatsBy.Type,
        _ => throw Query.Malformed("by", "status, outcome, queue or type"),
    };

    private static int? ReadStep(HttpRequest request) => Query.Text(request, "step") switch
    {
        null => null,
        { } text when int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int step)
            && step is >= 1 and <= StepMax => step,
        _ => throw Query.Malformed("step", $"seconds from 1 to {StepMax}"),
    };
}
