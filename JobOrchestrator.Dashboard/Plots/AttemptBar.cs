namespace JobOrchestrator.Dashboard.Plots;

/// <summary>One stretch on a job's line of time, in percent of its width.</summary>
/// <param name="From">Where it begins.</param>
/// <param name="Width">How wide it is.</param>
public readonly record struct Stretch(double From, double Width);

/// <summary>One attempt as it is drawn.</summary>
/// <param name="Number">From 1.</param>
/// <param name="Worker">Who ran it.</param>
/// <param name="Kind">How it ended, for its colour: <c>completed failed cancelled lost released running</c>.</param>
/// <param name="Bar">Where it lies.</param>
/// <param name="Length">How long it took, or has taken so far.</param>
/// <param name="Ends">How it ended, in words; empty: it runs.</param>
/// <param name="Refused">Late reports of it that were refused, as places on the line.</param>
public sealed record AttemptBar(
    int Number, string Worker, string Kind, Stretch Bar, TimeSpan Length, string Ends, IReadOnlyList<double> Refused)
{
    /// <summary>Those reports in words.</summary>
    public IReadOnlyList<string> Late { get; init; } = [];

    /// <summary>Its end, in which nothing was heard of the worker until the lease was over; null: it did not end so.</summary>
    public Stretch? Silence { get; init; }

    /// <summary>What is before the silence: all of it, where there is none; null: nothing was ever heard.</summary>
    public Stretch? Heard => Silence is not { } silence ? Bar
        : silence.From > Bar.From ? Bar with { Width = silence.From - Bar.From }
        : null;
}
