using JobOrchestrator.Sdk;
using Spectre.Console;

namespace JobOrchestrator.Cli;

/// <summary>How owners are written: for people a row for each reader of an owner's feed, the latest first.</summary>
internal static class OwnerShape
{
    /// <summary>Whoever is so far behind is late, as on the page.</summary>
    private static readonly TimeSpan Late = TimeSpan.FromMinutes(5);

    public static Shape<JobOwner> Owners { get; } = new(
        static (owner, isIndented) => CliJson.Text(owner, isIndented),
        static owner => owner.Owner,
        Table);

    private static FittedTable Table(Screen screen, IReadOnlyList<JobOwner> owners)
    {
        FittedTable table = screen.NewTable(
            "OWNER~", "LIVE#", "FAILED 24H#", "FEED~", "READ UP TO#", "NOT READ#", "LAST READ#", "NOT SENT#")
            .LeavesOut("LAST READ", "NOT SENT", "READ UP TO", "LIVE");
        foreach (JobOwner owner in owners)
        {
            Text[] own =
            [
                screen.Cell(owner.Owner),
                screen.Cell(Screen.Number(owner.Live)),
                screen.Cell(Screen.Number(owner.Failed24h), owner.Failed24h > 0 ? "red" : "default"),
            ];
            Text notSent = screen.Cell(Screen.Number(owner.EventsPending));
            if (owner.Readers.Count == 0)
            {
                Text none = screen.Cell(screen.Dash);
                table.AddRow([.. own, screen.Faint("never read"), none, none, none, notSent]);
            }

            for (int i = 0; i < owner.Readers.Count; i++)
            {
                Text[] before = i == 0 ? own : [screen.Faint(owner.Owner), screen.Cell(""), screen.Cell("")];
                table.AddRow([.. before, .. Cells(screen, owner.Readers[i]), i == 0 ? notSent : screen.Cell("")]);
            }
        }

        return table;
    }

    private static IEnumerable<Text> Cells(Screen screen, JobFeedReader reader)
    {
        bool isLate = reader is { IsOwner: true, SecondsBehind: { } seconds } && TimeSpan.FromSeconds(seconds) >= Late;
        string state = !reader.IsOwner ? "looked in" : reader.SecondsBehind is null ? "not known" : isLate ? "late" : "reads";
        string queue = reader.Queue is { } name ? $" {name}" : "";
        yield return screen.Cell($"{state}{queue}{(reader.Expired ? ", lost some" : "")}", isLate ? "red" : "default");
        yield return screen.Cell(
            reader is { EventsBehind: 0, BehindIsLowerBound: false } ? "all"
            : reader.ReadUpTo is { } upTo ? $"{screen.Age(upTo)} ago"
            : screen.Dash);
        yield return screen.Cell($"{Screen.Number(reader.EventsBehind)}{(reader.BehindIsLowerBound ? "+" : "")}");
        yield return screen.Cell(screen.Age(reader.LastReadAt));
    }
}
