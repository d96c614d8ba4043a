using JobOrchestrator.Dashboard.Serving;

namespace JobOrchestrator.Dashboard.Plots;

/// <summary>Lines that an address says to show alone, by plots: <c>only=outcome:failed,run:p95</c>.</summary>
internal static class ChosenLines
{
    /// <summary>The name in an address.</summary>
    public const string Only = "only";

    /// <summary>Those of a plot's lines that are shown; all, where the address names none of them.</summary>
    public static IReadOnlyList<PlotLine> Of(View view, string plot, IReadOnlyList<PlotLine> lines)
    {
        PlotLine[] chosen = [.. lines.Where(line => Said(view).Contains(Word(plot, line), StringComparer.Ordinal))];
        return chosen.Length > 0 ? chosen : lines;
    }

    /// <summary>What an address says to show of a plot that none of its lines is called; an address may be old, or mistyped.</summary>
    public static IReadOnlyList<string> Unknown(View view, string plot, IReadOnlyList<PlotLine> lines) =>
    [
        .. Said(view)
            .Where(word => word.StartsWith($"{plot}:", StringComparison.Ordinal) && !lines.Any(line => Word(plot, line) == word))
            .Select(word => word[(plot.Length + 1)..])
            .Distinct(),
    ];

    /// <summary>Whether an address names a line.</summary>
    public static bool Has(View view, string plot, PlotLine line) => Said(view).Contains(Word(plot, line), StringComparer.Ordinal);

    /// <summary>This page's address with a line chosen, or no longer.</summary>
    public static string Address(View view, string plot, PlotLine line)
    {
        string word = Word(plot, line);
        string[] said = Said(view);
        string[] then = said.Contains(word, StringComparer.Ordinal) ? [.. said.Where(one => one != word)] : [.. said, word];
        return view.With((Only, then.Length > 0 ? string.Join(',', then) : null));
    }

    private static string[] Said(View view) => view.Query(Only)?.Split(',', StringSplitOptions.RemoveEmptyEntries) ?? [];

    private static string Word(string plot, PlotLine line) => $"{plot}:{line.Name}";
}
