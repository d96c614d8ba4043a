namespace JobOrchestrator.Dashboard.Plots;

/// <summary>One of the plots of what jobs did.</summary>
/// <param name="Name">As addresses say it.</param>
/// <param name="Title">What it shows, with its unit.</param>
/// <param name="Metrics">What it asks for.</param>
public sealed record StatsPlot(string Name, string Title, params IReadOnlyList<string> Metrics)
{
    /// <summary>How it is drawn.</summary>
    public PlotKind Kind { get; init; } = PlotKind.Lines;

    /// <summary>Values are seconds, and not numbers of something.</summary>
    public bool Seconds { get; init; }

    /// <summary>What its lines are told apart by; null: each metric is one.</summary>
    public string? Label { get; init; }

    /// <summary>Its steps are jobs that ended then, by their status: they can be listed.</summary>
    public bool IsOfEnded => Label == "status";

    /// <summary>It is of attempts, and asked for beside what is by status.</summary>
    public bool IsOfAttempts => Label is "quantile" or "number";

    /// <summary>It is of how many wait: of one owner's jobs, which are in many queues, nobody counts that.</summary>
    public bool IsOfBacklog => Name is "backlog" or "oldest";

    /// <summary>All, in their order.</summary>
    public static IReadOnlyList<StatsPlot> All { get; } =
    [
        new("outcome", "Outcome, jobs that ended", "finished") { Kind = PlotKind.Stacked, Label = "status" },
        new("throughput", "Throughput, jobs", "submitted", "started"),
        new("wait", "Wait until leased", "wait") { Seconds = true, Label = "quantile" },
        new("run", "Run, one attempt", "run") { Seconds = true, Label = "quantile" },
        new("backlog", "Backlog, jobs", "ready", "running", "scheduled"),
        new("oldest", "Oldest that waits", "oldest") { Seconds = true },
        new("leases", "Lease health", "late", "lost", "refused"),
        new("attempts", "Attempts that ended, by number", "attempts") { Kind = PlotKind.Stacked, Label = "number" },
    ];

    /// <summary>Its lines in what was answered.</summary>
    public IReadOnlyList<PlotLine> Lines(Compared stats) => stats.Lines(
        line => Metrics.Contains(line.Metric, StringComparer.Ordinal),
        (line, at) => Label is { } label
            ? (PlotWindow.NameOf(label, line.Labels[label]), PlotWindow.StyleOf(label, line.Labels[label], at))
            : (line.Metric, $"s{at}"));
}
