namespace JobOrchestrator.Shards;

/// <summary>
/// When a job that is ready will be handed out, from its place in line and its queue's pace: the median, and the times between which four
/// of five such jobs start.
/// </summary>
/// <param name="Wait">From now until then, in the middle.</param>
/// <param name="Earliest">One of ten is earlier.</param>
/// <param name="Latest">One of ten is later.</param>
/// <param name="Spread">How sure that is: the logarithm's standard deviation, 0 is certain.</param>
/// <param name="Starts">How many starts it goes by.</param>
/// <param name="Minutes">In how many minutes those were.</param>
public sealed record StartEstimate(TimeSpan Wait, TimeSpan Earliest, TimeSpan Latest, double Spread, int Starts, int Minutes)
{
    private const int StartsMin = 20;
    private const double SecondsInACell = 10;

    private const double CellsInAMinute = 6;

    // However even a pace was, by so much of it, and by so much more for each minute's root, it may be another by the time it is needed:
    // somebody looks, a neighbour has work.
    private const double Unsteady = 0.05;
    private const double DriftInAMinute = 0.08;

    // Four of five lie within so many standard deviations of the middle.
    private const double FourOfFive = 1.28;

    /// <summary>What it goes by, for people.</summary>
    public string Basis { get; init; } = $"{Starts} starts in {Minutes} min";

    /// <summary>In a word.</summary>
    public string Certainty => Spread switch
    {
        < 0.15 => "high",
        < 0.4 => "medium",
        _ => "low",
    };

    /// <summary>An estimate.</summary>
    /// <param name="ahead">How many ready jobs come before it.</param>
    /// <param name="pace">The queue's pace; null: nothing is known of it.</param>
    /// <param name="why">Why there is none, in a sentence.</param>
    /// <returns>Null: there is none.</returns>
    internal static StartEstimate? Of(int ahead, Pace? pace, out string? why)
    {
        int starts = pace?.Starts.Sum() ?? 0;
        if (pace is null || starts < StartsMin)
        {
            why = $"Only {starts} jobs of this queue were handed out in the last hour while others waited: too few to go by.";
            return null;
        }

        var trend = PaceTrend.Of(pace.Starts);
        double perSecond = (trend.Level / SecondsInACell) - pace.HigherPerSecond;
        if (perSecond <= 0)
        {
            why = "As many jobs of higher priority come in as are handed out.";
            return null;
        }

        why = null;
        int n = ahead + 1;
        double median = n / perSecond;
        double cells = median / SecondsInACell;
        double chance = trend.Noise / trend.Level / n * (1 + (1.0 / n));
        double level = (trend.Error + (2 * trend.Drift * cells / 3)) / (trend.Level * trend.Level);
        double steadiness = (Unsteady * Unsteady) + (DriftInAMinute * DriftInAMinute * cells / (3 * CellsInAMinute));
        double spread = Math.Sqrt(chance + level + steadiness);
        return new StartEstimate(
            Seconds(median),
            Seconds(median * Math.Exp(-FourOfFive * spread)),
            Seconds(median * Math.Exp(FourOfFive * spread)),
            spread,
            starts,
            pace.Minutes);
    }

    // Whatever is later than a year is not known any better.
    private static TimeSpan Seconds(double seconds) => TimeSpan.FromSeconds(Math.Min(seconds, 365 * 24 * 3_600));
}
