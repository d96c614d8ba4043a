using System.Globalization;

namespace JobOrchestrator.Cli;

/// <summary>A line by which a program tells how far it is: <c>progress 40 halfway</c>, or <c>progress 40%</c>.</summary>
internal static class ProgressLine
{
    private const string Word = "progress ";

    /// <summary>Reads one.</summary>
    /// <returns>Whether it is one.</returns>
    public static bool TryRead(string text, out double? percent, out string? message)
    {
        (percent, message) = (null, null);
        if (!text.StartsWith(Word, StringComparison.Ordinal))
        {
            return false;
        }

        string[] parts = text[Word.Length..].Trim().Split(' ', 2);
        if (!double.TryParse(parts[0].TrimEnd('%'), NumberStyles.Float, CultureInfo.InvariantCulture, out double number)
            || !double.IsFinite(number))
        {
            return false;
        }

        (percent, message) = (number, parts.Length > 1 ? parts[1].Trim() : null);
        return true;
    }
}
