namespace JobOrchestrator.Dashboard.Plots;

/// <summary>How a plot's lines are drawn.</summary>
public enum PlotKind
{
    /// <summary>Each a line.</summary>
    Lines = 1,

    /// <summary>Bars on top of each other.</summary>
    Stacked = 2,
}

/// <summary>One line of a plot.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="Style">The class by which the style sheet draws it.</param>
/// <param name="Values">By steps; null: nothing is known of it.</param>
public sealed record PlotLine(string Name, string Style, IReadOnlyList<double?> Values)
{
    /// <summary>What it was as long before, step beside step; null: that is not shown.</summary>
    public IReadOnlyList<double?>? Before { get; init; }

    /// <summary>The last value that is known; null: none is.</summary>
    public double? Last => Values.LastOrDefault(value => value is not null);

    /// <summary>What is known of it in all; null: nothing is.</summary>
    public double? Total => Values.Any(value => value is not null) ? Values.Sum() : null;

    /// <summary>What is said of before, in words and numbers: each line that something is known of, by its own name.</summary>
    public static IReadOnlyList<PlotLine> EachBefore(IReadOnlyList<PlotLine> lines) =>
        [.. lines.Where(KnowsBefore).Select(line => line with { Values = line.Before!, Before = null })];

    /// <summary>What is drawn of before: a line beside each of which something is known, and beside bars one of their sum.</summary>
    public static IReadOnlyList<PlotLine> OfBefore(PlotKind kind, IReadOnlyList<PlotLine> lines)
    {
        PlotLine[] known = [.. lines.Where(KnowsBefore)];
        if (known.Length == 0)
        {
            return [];
        }

        return kind == PlotKind.Stacked
            ? [new PlotLine("before", "", [.. Enumerable.Range(0, known[0].Before!.Count).Select(step => Sum(known, step))])]
            : [.. known.Select(line => new PlotLine($"{line.Name} before", line.Style, line.Before!))];
    }

    private static bool KnowsBefore(PlotLine line) => line.Before?.Any(value => value is not null) == true;

    private static double? Sum(PlotLine[] lines, int step) => lines.Any(line => line.Before![step] is not null)
        ? lines.Sum(line => line.Before![step] ?? 0)
        : null;
}
