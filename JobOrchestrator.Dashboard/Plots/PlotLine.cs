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
    /// <summary>The last value that is known; null: none is.</summary>
    public double? Last => Values.LastOrDefault(value => value is not null);
}
