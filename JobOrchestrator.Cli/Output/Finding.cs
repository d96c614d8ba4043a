using System.Text.Json.Serialization;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace JobOrchestrator.Cli;

/// <summary>One line of <c>jobs doctor</c>.</summary>
/// <param name="What">What was looked at.</param>
/// <param name="Ok">Whether it is as it has to be; null: it was not looked at.</param>
/// <param name="Text">What was found.</param>
/// <param name="Do">What to do about it; null: nothing.</param>
internal sealed record Finding(string What, bool? Ok, string Text, string? Do)
{
    /// <summary>There is no sense in looking further.</summary>
    [JsonIgnore]
    public bool EndsIt { get; init; }
}

/// <summary>How they are written.</summary>
internal static class FindingShape
{
    public static Shape<Finding> Findings { get; } = new(
        static (finding, isIndented) => CliJson.Text(finding, isIndented),
        static finding => finding.What,
        static (screen, all) => new Rows(all.Select(finding => Line(screen, finding))));

    /// <summary>On a line; what to do stands below it.</summary>
    public static IRenderable Line(Screen screen, Finding finding)
    {
        (string sign, string word, string colour) = finding.Ok switch
        {
            true => ("✓", "ok", "green"),
            false => ("✕", "look", "red"),
            null => ("–", "skip", "default"),
        };
        var grid = new Grid();
        grid.AddColumn(new GridColumn { NoWrap = true, Width = 6, Padding = new Padding(0, 0, 1, 0) });
        grid.AddColumn(new GridColumn { NoWrap = true, Width = 13, Padding = new Padding(0, 0, 1, 0) });
        grid.AddColumn(new GridColumn { Padding = new Padding(0, 0, 0, 0) });
        grid.AddRow(
            screen.Cell(screen.IsPlain ? word : $"{sign} {word}", colour), screen.Cell(finding.What), new Text(screen.Safe(finding.Text)));
        if (finding.Do is { } todo)
        {
            string arrow = screen.IsPlain ? "->" : "→";
            grid.AddRow(new Text(""), new Text(""), screen.Cell($"{arrow} {todo}", finding.Ok == false ? "bold" : "dim"));
        }

        return grid;
    }
}
