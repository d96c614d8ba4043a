using System.Globalization;
using System.Text;

namespace JobOrchestrator.Dashboard.Finding;

/// <summary>
/// Rows as RFC 4180 has them. A text that a spreadsheet would take for a formula is told by an apostrophe that it is none: it may be
/// anybody's.
/// </summary>
internal static class CsvText
{
    /// <summary>What formulas begin with, in the wide form too, and what may stand before them unseen.</summary>
    private const string Begins = "=+-@＝＋－＠\t\r\n";

    /// <summary>Writes one row.</summary>
    public static void Write(StringBuilder to, IEnumerable<object?> values)
    {
        to.AppendJoin(',', values.Select(value => value switch
        {
            null => "",
            decimal number => number.ToString(CultureInfo.InvariantCulture),
            _ => Text((string)value),
        }));
        to.Append("\r\n");
    }

    private static string Text(string text)
    {
        string safe = text.Length > 0 && Begins.Contains(text[0], StringComparison.Ordinal) ? $"'{text}" : text;
        return safe.AsSpan().ContainsAny(",\"\r\n") ? $"\"{safe.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : safe;
    }
}
