namespace Load;

/// <summary>One measured number.</summary>
/// <param name="Scenario">Its scenario.</param>
/// <param name="Name">What it is, with its unit.</param>
/// <param name="Value">The number.</param>
internal sealed record Figure(string Scenario, string Name, double Value);

/// <summary>Sums up what was timed.</summary>
internal static class Summary
{
    public static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted.Length % 2 == 1 ? sorted[sorted.Length / 2] : (sorted[sorted.Length / 2 - 1] + sorted[sorted.Length / 2]) / 2;
    }

    /// <summary>The value below which this share of the sorted values lies.</summary>
    public static double Percentile(double[] sorted, double share) => sorted[(int)Math.Min(sorted.Length - 1, sorted.Length * share)];
}
