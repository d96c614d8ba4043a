namespace JobOrchestrator.Shards;

/// <summary>The normal distribution.</summary>
internal static class Normal
{
    /// <summary>Its share under a value, to 0.0000001 (Abramowitz and Stegun, Handbook of Mathematical Functions, 26.2.17).</summary>
    public static double Below(double value)
    {
        double t = 1 / (1 + (0.2316419 * Math.Abs(value)));
        double sum = t * (0.319381530 + (t * (-0.356563782 + (t * (1.781477937 + (t * (-1.821255978 + (t * 1.330274429))))))));
        double above = Math.Exp(-value * value / 2) / Math.Sqrt(2 * Math.PI) * sum;
        return value > 0 ? 1 - above : above;
    }
}
