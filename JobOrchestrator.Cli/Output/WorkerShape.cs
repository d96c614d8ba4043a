using JobOrchestrator.Sdk;

namespace JobOrchestrator.Cli;

/// <summary>How workers are written, and what no worker asks for.</summary>
internal static class WorkerShape
{
    public static Shape<JobKnownWorker> Workers { get; } = new(
        static (worker, isIndented) => CliJson.Text(worker, isIndented),
        static worker => worker.Name ?? "",
        Table);

    public static Shape<JobUncovered> Uncovered { get; } = new(
        static (one, isIndented) => CliJson.Text(one, isIndented),
        static one => one.Queue,
        UncoveredTable);

    private static FittedTable Table(Screen screen, IReadOnlyList<JobKnownWorker> workers)
    {
        FittedTable table = screen.NewTable(
            "WORKER~", "RUNNING#", "LONGEST#", "ASKED#", "REPORTED#", "LATE#", "LOST#", "VERSION~", "TYPES~", "QUEUES~")
            .LeavesOut("REPORTED", "VERSION", "LATE", "LONGEST", "TYPES", "LOST");
        foreach (JobKnownWorker worker in workers)
        {
            table.AddRow(
                screen.Cell(NameOf(screen, worker), worker.Silent ? "yellow" : "default"),
                screen.Cell(worker.Slots is { } slots ? $"{worker.Running}/{slots}" : Screen.Number(worker.Running)),
                screen.Cell(worker.LongestSeconds is { } longest ? Durations.InWords(TimeSpan.FromSeconds(longest)) : screen.Dash),
                screen.Cell(screen.Age(worker.LastAskedAt)),
                screen.Cell(screen.Age(worker.LastReportedAt)),
                screen.Cell(Screen.Number(worker.Late15m)),
                screen.Cell(Screen.Number(worker.Lost15m)),
                screen.Cell(worker.Version ?? screen.Dash),
                screen.Cell(string.Join(' ', worker.Types)),
                screen.Cell(string.Join(' ', worker.Queues)));
        }

        return table;
    }

    private static string NameOf(Screen screen, JobKnownWorker worker) =>
        (worker.Name ?? screen.Dash) + (worker.Silent ? " (silent)" : "");

    private static FittedTable UncoveredTable(Screen screen, IReadOnlyList<JobUncovered> uncovered)
    {
        FittedTable table = screen.NewTable("QUEUE~", "TYPE~", "READY#", "OLDEST#", "NOBODY FOR#").LeavesOut("OLDEST");
        foreach (JobUncovered one in uncovered)
        {
            table.AddRow(
                screen.Cell(one.Queue),
                screen.Cell(one.Type),
                screen.Cell(Screen.Number(one.Ready)),
                screen.Cell(Durations.InWords(TimeSpan.FromSeconds(one.OldestSeconds))),
                screen.Cell(screen.Age(one.Since)));
        }

        return table;
    }
}
