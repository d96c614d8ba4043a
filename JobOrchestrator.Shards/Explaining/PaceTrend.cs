namespace JobOrchestrator.Shards;

/// <summary>
/// How many jobs start in ten seconds, by now: where a pace has drifted, what was last counts most, and where it has not, all of it alike.
/// </summary>
/// <param name="Level">Starts in ten seconds, as of the last ten.</param>
/// <param name="Error">The variance of that.</param>
/// <param name="Noise">The variance of one ten seconds around it.</param>
/// <param name="Drift">By how much the level's variance grows with each ten seconds that come.</param>
/// <remarks>
/// A local level model (https://otexts.com/fpp2/ets.html, simple exponential smoothing) with the gain that noise and drift ask for.
/// </remarks>
internal readonly record struct PaceTrend(double Level, double Error, double Noise, double Drift)
{
    // Fewer tell chance from drift not at all, nor that they are more even than chance.
    private const int CellsMin = 6;

    // How much of the excess is chance, in its standard deviations.
    private const double Chance = 0.5;

    /// <summary>What was seen.</summary>
    /// <param name="cells">Starts by ten seconds, oldest first; at least one.</param>
    public static PaceTrend Of(IReadOnlyList<int> cells)
    {
        double mean = cells.Average();
        double variance = cells.Average(cell => (cell - mean) * (cell - mean));
        double noise = Math.Max(Floor(mean), variance);
        if (cells.Count < CellsMin)
        {
            noise = Math.Max(mean, variance);
            return new PaceTrend(mean, noise / cells.Count, noise, 0);
        }

        // What differs from the mean, and not from its neighbour, has drifted there.
        double between = cells.Zip(cells.Skip(1), (one, next) => (double)(next - one) * (next - one)).Average() / 2;
        double excess = variance - (between * (1 + (Chance / Math.Sqrt(cells.Count))));
        if (excess <= 0)
        {
            return new PaceTrend(mean, noise / cells.Count, noise, 0);
        }

        noise = Math.Max(Floor(mean), Math.Min(variance, between));
        double drift = excess * 6 / cells.Count;
        double level = cells[0], error = noise;
        foreach (int cell in cells.Skip(1))
        {
            error += drift;
            double gain = error / (error + noise);
            level += gain * (cell - level);
            error *= 1 - gain;
        }

        return new PaceTrend(level, error, noise, drift);
    }

    // No pace is believed to be twice as even as chance.
    private static double Floor(double mean) => 0.5 * mean;
}
