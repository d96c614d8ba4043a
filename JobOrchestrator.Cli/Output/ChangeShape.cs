using System.Globalization;
using System.Text.Json;
using JobOrchestrator.Sdk;

namespace JobOrchestrator.Cli;

/// <summary>How a job's events are written: as JSON with the whole CloudEvent.</summary>
internal static class ChangeShape
{
    public static Shape<JobChange> Changes { get; } = new(
        static (change, isIndented) => CliJson.Text(change, isIndented),
        static change => change.Event.TryGetProperty("id", out JsonElement id) ? id.ToString() : "",
        Table);

    private static FittedTable Table(Screen screen, IReadOnlyList<JobChange> changes)
    {
        FittedTable table = screen.NewTable("NO#", "EVENT~", "AT", "AGE#", "BROKER~").LeavesOut("AT");
        foreach (JobChange change in changes)
        {
            table.AddRow(
                screen.Cell(change.Sequence.ToString(CultureInfo.InvariantCulture)),
                screen.Cell(change.Type),
                screen.Faint(Instants.InWords(change.OccurredAt)),
                screen.Cell(screen.Age(change.OccurredAt)),
                screen.Cell(Broker(change), Colour(change)));
        }

        return table;
    }

    private static string Broker(JobChange change) => change.Publication switch
    {
        "taken" when change.PublishedAt is { } at && at >= change.OccurredAt =>
            $"took it after {Durations.InWords(at - change.OccurredAt)}",
        "taken" => "took it",
        "waiting" => "waits",
        "refused" => "refused it; the feed has it",
        "coalesced" => "gets one of these now and then",
        "none" => "has no topic; the feed has it",
        _ => change.Publication,
    };

    private static string Colour(JobChange change) => change.Publication switch
    {
        "refused" => "red",
        "waiting" => "yellow",
        _ => "default",
    };
}
