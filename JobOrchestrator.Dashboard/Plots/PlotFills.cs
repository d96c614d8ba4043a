namespace JobOrchestrator.Dashboard.Plots;

/// <summary>What fills bars beside their colour: plain, hatched, dotted, so that they are told apart without any.</summary>
public static class PlotFills
{
    private const string Hatched = "M0 8L1 0V4L0 12zM0 0L1-8V-4L0 4z";
    private const string Dotted = "M.2 1h.6v3h-.6z";
    private const string Barred = "M0 0h1v2H0z";

    /// <summary>All that a page has.</summary>
    public static IReadOnlyList<PlotFill> All { get; } =
        [new("failed", 8, Hatched), new("cancelled", 6, Dotted), new("s1", 8, Hatched), new("s2", 6, Dotted), new("s3", 4, Barred)];

    /// <summary>What fills a line of a plot; null: it has no area.</summary>
    /// <param name="kind">How the plot is drawn.</param>
    /// <param name="style">The line's class.</param>
    public static string? Of(PlotKind kind, string style) =>
        kind == PlotKind.Lines ? null
        : All.FirstOrDefault(fill => fill.Style == style) is { } fill ? $"url(#{fill.Id})"
        : "currentColor";
}

/// <summary>One way to fill, repeated over a step's width.</summary>
/// <param name="Style">The class whose colour it has.</param>
/// <param name="Height">After how much it is repeated.</param>
/// <param name="Path">What is drawn, on a tint of it.</param>
public sealed record PlotFill(string Style, int Height, string Path)
{
    /// <summary>Its name in the page.</summary>
    public string Id => $"fill-{Style}";
}
