namespace JobOrchestrator.Shards;

/// <summary>What comes into a queue and how fast it is handed out while jobs wait: by that a line is foretold.</summary>
/// <param name="InLine">
/// Starts in each ten seconds in which jobs waited, oldest first: moments in which none did are left out, so that this is what the workers
/// can do, however often they wait for work.
/// </param>
/// <param name="Minutes">The minutes looked back at for that.</param>
/// <param name="Arrivals">
/// How many come in each ten seconds as a rule, by those of the last five minutes, of the same priority and of higher ones.
/// </param>
/// <param name="Timed">How many of them because their time comes.</param>
/// <param name="HigherPerSecond">How many came each second of a higher priority.</param>
/// <param name="NoLine">The share of the jobs of the last five minutes that met no line.</param>
/// <param name="Taken">How long the last jobs that met no line waited all the same, in seconds, the shortest first.</param>
internal sealed record Flow(
    IReadOnlyList<int> InLine,
    int Minutes,
    IReadOnlyList<int> Arrivals,
    IReadOnlyList<int> Timed,
    double HigherPerSecond,
    double NoLine,
    IReadOnlyList<double> Taken)
{
    // Fewer say nothing.
    private const int StartsMin = 20;
    private const int TakenMin = 5;

    /// <summary>Nothing is known.</summary>
    public static Flow Unknown { get; } = new([], 60, [], [], 0, 0, []);

    /// <summary>It is known how fast a line gets shorter.</summary>
    public bool HasPace => InLine.Sum() >= StartsMin;

    /// <summary>How long a job waits that meets no line: so many of ten did not wait for longer; null: too few are known.</summary>
    public double? TakenWithin(int ofTen) =>
        Taken.Count >= TakenMin ? Taken[Math.Min(Taken.Count - 1, (Taken.Count + 1) * ofTen / 10)] : null;
}
