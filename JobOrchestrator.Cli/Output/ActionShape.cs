using JobOrchestrator.Sdk;
using Spectre.Console;

namespace JobOrchestrator.Cli;

/// <summary>What a bulk action did in all.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Matched">How many jobs matched.</param>
/// <param name="Done">How many it changed.</param>
/// <param name="Skipped">How many it left, by the reason.</param>
internal sealed record BulkDone(string Id, int Matched, int Done, IReadOnlyDictionary<string, int> Skipped)
{
    /// <summary>How many it has come to.</summary>
    internal int Tried => Done + Skipped.Values.Sum();

    /// <summary>This, and what came next.</summary>
    internal BulkDone With(JobBulkPart part)
    {
        var skipped = new SortedDictionary<string, int>(Skipped.ToDictionary(), StringComparer.Ordinal);
        foreach ((string reason, int jobs) in part.Skipped)
        {
            skipped[reason] = skipped.GetValueOrDefault(reason) + jobs;
        }

        return new BulkDone(part.Id, part.Matched, Done + part.Done, skipped);
    }
}

/// <summary>How actions are written.</summary>
internal static class ActionShape
{
    public static Shape<BulkDone> Done { get; } = new(
        static (done, isIndented) => CliJson.Text(done, isIndented),
        static done => done.Id,
        static (screen, all) => new Rows(all.Select(done => screen.Cell(
            $"{Screen.Number(done.Done)} done{Skipped(done.Skipped)}. Action {done.Id}"))));

    public static Shape<JobAction> Actions { get; } = new(
        static (action, isIndented) => CliJson.Text(action, isIndented),
        static action => action.Id,
        Table);

    private static FittedTable Table(Screen screen, IReadOnlyList<JobAction> actions)
    {
        FittedTable table = screen.NewTable("ACTION", "DID", "AGE", "BY~", "DONE#", "LEFT#", "UNDO", "WHAT~")
            .LeavesOut("LEFT", "UNDO", "BY", "AGE");
        foreach (JobAction action in actions)
        {
            table.AddRow(
                screen.Cell(screen.ShortId(action.Id)),
                screen.Cell(action.Action),
                screen.Cell(screen.Age(action.At)),
                screen.Cell(action.By ?? screen.Dash),
                screen.Cell(Screen.Number(action.Done)),
                screen.Cell(Screen.Number(action.Skipped.Values.Sum())),
                screen.Cell(action.UndoneBy is not null ? "undone" : action.Undoable ? "can be" : "no"),
                screen.Cell(What(action)));
        }

        return table;
    }

    private static string What(JobAction action) => string.Join("  ", new[]
    {
        action.Query,
        action.Queue is { } queue ? $"queue {queue}" : null,
        action.Events is { } kinds ? $"events {EventWords.InALine(kinds)}" : null,
        action.UndoOf is { } of ? $"of {of}" : null,
        action.Labels is { } labels ? string.Join(' ', labels.Select(label => $"{label.Key}={label.Value}")) : null,
        action.Reason is { } reason ? $"\"{reason}\"" : null,
        action.Finished ? null : $"not finished: {Screen.Number(action.Done)} of {Screen.Number(action.Matched ?? 0)}",
    }.Where(part => part is not null));

    private static string Skipped(IReadOnlyDictionary<string, int> skipped) => skipped.Count == 0 ? "" : ", left: "
        + string.Join(", ", skipped.Select(reason => $"{Screen.Number(reason.Value)} {reason.Key}"));
}
