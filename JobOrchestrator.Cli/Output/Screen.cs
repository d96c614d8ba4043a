using System.Globalization;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace JobOrchestrator.Cli;

/// <summary>
/// What people see. Every text that comes here becomes safe to show; markup is for colours alone and never made of texts.
/// </summary>
/// <param name="clock">By what ages are told.</param>
/// <param name="isPlain">ASCII alone, no colours, nothing drawn over.</param>
internal sealed class Screen(TimeProvider clock, bool isPlain)
{
    /// <summary>ASCII alone.</summary>
    public bool IsPlain => isPlain;

    /// <summary>Now.</summary>
    public DateTimeOffset Now => clock.GetUtcNow();

    /// <summary>A text as it may be shown.</summary>
    public string Safe(string? text) => SafeText.OneLine(text, isPlain);

    /// <summary>A text of others, in one line, cut where the column ends.</summary>
    public Text Cell(string? text, string style = "default") =>
        new Text(Safe(text), Style.Parse(style)).Overflow(Overflow.Ellipsis);

    /// <summary>What is beside the point.</summary>
    public Text Faint(string? text) => Cell(text, "dim");

    /// <summary>Where a job stands.</summary>
    public Text Phase(JobPhase phase) => Cell(isPlain ? phase.Word : $"{phase.Sign} {phase.Word}", phase.Colour);

    /// <summary>How long ago, in words; a dash for never.</summary>
    public string Age(DateTimeOffset? instant) => instant is { } at ? Durations.InWords(Now - at) : Dash;

    /// <summary>An instant and how far it is.</summary>
    public string When(DateTimeOffset instant) =>
        $"{Durations.InWords(Now - instant)} {(instant <= Now ? "ago" : "ahead")}  ({Instants.InWords(instant)})";

    /// <summary>What stands where there is nothing.</summary>
    public string Dash => isPlain ? "-" : "–";

    /// <summary>A number, thousands apart.</summary>
    public static string Number(long number) => number.ToString("#,0", CultureInfo.InvariantCulture);

    /// <summary>
    /// An id as people tell jobs apart: its beginning is its time, so that jobs of one minute look alike without the end.
    /// </summary>
    public string ShortId(string id) => id.Length < 20 || isPlain ? Safe(id) : Safe($"{id[..8]}…{id[^4..]}");

    /// <summary>A table that fits the terminal.</summary>
    /// <param name="headings"><inheritdoc cref="FittedTable" path="/param[@name='headings']"/></param>
    public FittedTable NewTable(params string[] headings) => new(isPlain, headings);

    /// <summary>Names and values below each other.</summary>
    public Grid NewGrid(IEnumerable<(string Name, IRenderable? Value)> rows)
    {
        var grid = new Grid();
        grid.AddColumn(new GridColumn { NoWrap = true, Padding = new Padding(2, 0, 2, 0) });
        grid.AddColumn(new GridColumn { Padding = new Padding(0, 0, 0, 0) });
        foreach ((string name, IRenderable? value) in rows)
        {
            if (value is not null)
            {
                grid.AddRow(Faint(name), value);
            }
        }

        return grid;
    }
}
