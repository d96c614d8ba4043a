using System.Globalization;

namespace JobOrchestrator.Simulation.Tests.Replay;

/// <summary>A <c>ttlInSeconds</c> as it was sent.</summary>
internal static class LengthOfLife
{
    /// <summary>False: it is no number, which no component reads and the service's adapter cannot say.</summary>
    public static bool TryRead(string? text, out long? seconds)
    {
        bool isNumber = long.TryParse(text, CultureInfo.InvariantCulture, out long number);
        seconds = isNumber ? number : null;
        return isNumber || text is null;
    }
}
