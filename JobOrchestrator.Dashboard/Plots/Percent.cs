using System.Globalization;

namespace JobOrchestrator.Dashboard.Plots;

/// <summary>Places in pictures, as SVG has them.</summary>
internal static class Percent
{
    public static string Of(double share) => string.Create(CultureInfo.InvariantCulture, $"{share:0.##}%");
}
