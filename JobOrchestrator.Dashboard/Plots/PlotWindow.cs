using JobOrchestrator.Dashboard.Serving;

namespace JobOrchestrator.Dashboard.Plots;

/// <summary>For how long back plots show what happened.</summary>
/// <param name="Word">As the address says it.</param>
/// <param name="Length">How long.</param>
/// <param name="StepToCompare">
/// The step by which as long before it is kept too, of which a whole number makes the window; null: nothing is kept of that.
/// </param>
internal sealed record PlotWindow(string Word, TimeSpan Length, TimeSpan? StepToCompare = null)
{
    /// <summary>What <c>compare</c> says for as long right before it.</summary>
    public const string Before = "before";

    /// <summary>All that there are.</summary>
    public static IReadOnlyList<PlotWindow> All { get; } =
    [
        new("15m", TimeSpan.FromMinutes(15), TimeSpan.FromSeconds(5)),
        new("1h", TimeSpan.FromHours(1), TimeSpan.FromMinutes(1)),
        new("24h", TimeSpan.FromHours(24), TimeSpan.FromHours(1)),
        new("7d", TimeSpan.FromDays(7), TimeSpan.FromHours(1)),
        new("35d", TimeSpan.FromDays(35)),
    ];

    /// <summary>The one that an address says; an hour where it says none that there is.</summary>
    public static PlotWindow Of(View view) => All.FirstOrDefault(window => window.Word == view.Query("window")) ?? All[1];

    /// <summary>Whether an address asks for as long before it as well.</summary>
    public static bool IsCompared(View view) => view.Query("compare") == Before && CanCompare(view);

    /// <summary>Whether as long before what an address says is kept.</summary>
    public static bool CanCompare(View view) =>
        (PlotSpan.Of(view) is { } span ? span.StepToCompare(view.Now) : Of(view).StepToCompare) is not null;

    /// <summary>This page's address with the time until now.</summary>
    public string Address(View view) => view.With(("from", null), ("to", null), ("window", Word));

    /// <summary>This page's address with what was before, or without.</summary>
    public static string Compare(View view, bool on) => view.With(("compare", on ? Before : null));

    /// <summary>What a line is called.</summary>
    public static string NameOf(string label, string value) => label switch
    {
        "quantile" => value switch { "0.5" => "p50", "0.95" => "p95", "0.99" => "p99", _ => value },
        "number" => value switch { "1" => "1st", "2" => "2nd", "3" => "3rd", _ => "4th+" },
        _ => value.ToLowerInvariant(),
    };

    /// <summary>The class by which the style sheet draws it.</summary>
    public static string StyleOf(string label, string value, int at) => label == "status" ? value.ToLowerInvariant() switch
    {
        "completed" => "completed",
        "failed" => "failed",
        _ => "cancelled",
    } : label == "quantile" ? $"q{at}" : $"s{at}";
}
