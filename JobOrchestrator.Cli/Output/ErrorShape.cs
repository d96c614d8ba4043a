using JobOrchestrator.Sdk;

namespace JobOrchestrator.Cli;

/// <summary>How groups of alike errors are written.</summary>
internal static class ErrorShape
{
    /// <summary>By the query that finds their jobs, where a line each is asked for: it is what other commands take.</summary>
    public static Shape<JobErrorGroup> Groups { get; } = new(
        static (group, isIndented) => CliJson.Text(group, isIndented),
        static group => group.Query,
        Table);

    private static FittedTable Table(Screen screen, IReadOnlyList<JobErrorGroup> groups)
    {
        FittedTable table = screen.NewTable("FAILED#", "FIRST#", "LAST#", "QUEUE~", "TYPE~", "EXAMPLE", "ERROR~")
            .LeavesOut("FIRST", "EXAMPLE", "TYPE", "QUEUE");
        foreach (JobErrorGroup group in groups)
        {
            table.AddRow(
                screen.Cell($"{Screen.Number(group.Count)}{(group.CountIsLowerBound ? "+" : "")}", "red"),
                screen.Cell(screen.Age(group.FirstAt)),
                screen.Cell(screen.Age(group.LastAt)),
                screen.Cell(group.Queue),
                screen.Cell(group.Type),
                screen.Cell(screen.ShortId(group.Example)),
                screen.Cell(group.Text));
        }

        return table;
    }
}
