using System.Globalization;
using JobOrchestrator.Core;
using JobOrchestrator.Shards;

namespace JobOrchestrator.Features.Stats;

/// <summary>One line of a metric: what it is told apart by, and its value in a step; null: there is none.</summary>
internal sealed record StatsLine(IReadOnlyList<KeyValuePair<string, string>> Labels, Func<Cell, double?> Of);

/// <summary>What can be asked for.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Unit">Of its values.</param>
/// <param name="Lines">Its lines; told apart by what is said, as far as it can be.</param>
/// <param name="IsOfNames">It is known of single types and owners too, not only of queues and of all jobs.</param>
internal sealed record StatsMetric(string Name, string Unit, Func<StatsBy, IReadOnlyList<StatsLine>> Lines, bool IsOfNames = true)
{
    private const string Jobs = "jobs";
    private const string Seconds = "s";
    private static readonly double[] Quantiles = [0.5, 0.95, 0.99];

    // Of a heat map of the 54 buckets of a run.
    private const int HeatRows = 12;

    /// <summary>All of them.</summary>
    public static IReadOnlyList<StatsMetric> All { get; } =
    [
        Count("submitted", Jobs, Columns.Submitted),
        Count("started", Jobs, Columns.Started),
        new("finished", Jobs, Finished),
        Count("completed", Jobs, Columns.Completed),
        Count("failed", Jobs, Columns.Failed),
        Count("cancelled", Jobs, Columns.Cancelled),
        Count("retried", "attempts", Columns.Retried),
        Count("late", "heartbeats", Columns.Late),
        Count("lost", "leases", Columns.Lost),
        Count("refused", "reports", Columns.Refused),
        Gauge("ready", Jobs, static full => full.ReadyMax),
        Gauge("scheduled", Jobs, static full => full.Scheduled),
        Gauge("running", Jobs, static full => full.Running),
        Gauge("oldest", Seconds, static full => full.Oldest / 1_000.0),
        new("wait", Seconds, static _ => Percentiles(Columns.Wait)),
        new("run", Seconds, static _ => Percentiles(Columns.Run)),
        new("attempts", "attempts", Attempts),
        new("runHeat", "attempts", static _ => Heat()),
    ];

    private static StatsMetric Count(string name, string unit, int column) =>
        new(name, unit, _ => [new StatsLine([], cell => cell.Counts[column])]);

    private static StatsMetric Gauge(string name, string unit, Func<BacklogFigures, double> value) =>
        new(name, unit, _ => [new StatsLine([], cell => cell.Backlog.IsKnown ? value(cell.Backlog) : null)], IsOfNames: false);

    private static IReadOnlyList<StatsLine> Finished(StatsBy by) => by == StatsBy.Status
        ?
        [
            Line("status", Words.Of(JobStatus.Completed), static cell => cell.Counts[Columns.Completed]),
            Line("status", Words.Of(JobStatus.Failed), static cell => cell.Counts[Columns.Failed]),
            Line("status", Words.Of(JobStatus.Cancelled), static cell => cell.Counts[Columns.Cancelled]),
        ]
        :
        [
            new StatsLine(
                [], static cell => cell.Counts[Columns.Completed] + cell.Counts[Columns.Failed] + cell.Counts[Columns.Cancelled]),
        ];

    private static List<StatsLine> Percentiles(int first) =>
        [.. Quantiles.Select(part => Line(
            "quantile",
            part.ToString(CultureInfo.InvariantCulture),
            cell => RootTwoBuckets.Quantile(cell.Counts.AsSpan(first, RootTwoBuckets.Count), part)))];

    private static IReadOnlyList<StatsLine> Attempts(StatsBy by) => by == StatsBy.Outcome
        ?
        [
            .. Enum.GetValues<AttemptOutcome>().Select(outcome => Line(
                "outcome",
                Words.Of(outcome),
                cell => Enumerable.Range(1, Columns.AttemptNumbers).Sum(number => cell.Counts[Columns.Attempts(number, outcome)]))),
        ]
        :
        [
            .. Enumerable.Range(1, Columns.AttemptNumbers).Select(number => Line(
                "number",
                number == Columns.AttemptNumbers ? $"{number}+" : $"{number}",
                cell => Enum.GetValues<AttemptOutcome>().Sum(outcome => cell.Counts[Columns.Attempts(number, outcome)]))),
        ];

    private static List<StatsLine> Heat() =>
        [.. Enumerable.Range(0, HeatRows).Select(row => Line(
            "le",
            row + 1 == HeatRows ? "+Inf" : RootTwoBuckets.BoundOf(FirstOf(row + 1) - 1).ToString("0.###", CultureInfo.InvariantCulture),
            cell => cell.Counts[(Columns.Run + FirstOf(row))..(Columns.Run + FirstOf(row + 1))].Sum()))];

    /// <summary>The first bucket of a row.</summary>
    private static int FirstOf(int row) => row * RootTwoBuckets.Count / HeatRows;

    private static StatsLine Line(string label, string value, Func<Cell, double?> of) => new([new(label, value)], of);
}
