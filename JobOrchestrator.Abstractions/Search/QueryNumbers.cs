using System.Globalization;

namespace JobOrchestrator.Search;

/// <summary>Numbers as queries write them: digits, perhaps a sign and a fraction.</summary>
internal static class QueryNumbers
{
    private const int LengthMax = 20;

    /// <summary>Reads one of at most twenty characters.</summary>
    public static bool TryParse(string text, out decimal number)
    {
        const NumberStyles Style = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint;
        number = 0;
        return text.Length <= LengthMax && decimal.TryParse(text, Style, CultureInfo.InvariantCulture, out number);
    }

    /// <summary>Writes one.</summary>
    public static string Write(decimal number) => number.ToString("0.############################", CultureInfo.InvariantCulture);
}
