using System.Globalization;
using System.Text;
using System.Text.Json;

namespace JobOrchestrator.Http;

/// <summary>
/// Texts that hold half of a surrogate pair, as Python writes what it could not decode (<c>"\udcff"</c>): no text that could be stored,
/// and no reason to lose what else a worker reports.
/// </summary>
internal static class MendedText
{
    private const string Replacement = "\uFFFD";

    /// <summary>The text of a JSON string with U+FFFD in the place of each half.</summary>
    /// <param name="escaped">What stands between its quotes; valid JSON.</param>
    public static string Of(ReadOnlySpan<byte> escaped)
    {
        string text = Encoding.UTF8.GetString(escaped);
        StringBuilder mended = new StringBuilder(text.Length + 2).Append('"');
        for (int i = 0; i < text.Length;)
        {
            int length = text[i] != '\\' ? 1 : text[i + 1] != 'u' ? 2 : 6;
            if (length == 6 && char.IsSurrogate(UnitAt(text, i)))
            {
                bool isPair = char.IsHighSurrogate(UnitAt(text, i)) && IsUnit(text, i + 6) && char.IsLowSurrogate(UnitAt(text, i + 6));
                length = isPair ? 12 : 6;
                mended.Append(isPair ? text.AsSpan(i, length) : Replacement);
            }
            else
            {
                mended.Append(text, i, length);
            }

            i += length;
        }

        var whole = new Utf8JsonReader(Encoding.UTF8.GetBytes(mended.Append('"').ToString()));
        whole.Read();
        return whole.GetString()!;
    }

    private static bool IsUnit(string text, int at) => at + 6 <= text.Length && text[at] == '\\' && text[at + 1] == 'u';

    private static char UnitAt(string text, int at) =>
        (char)ushort.Parse(text.AsSpan(at + 2, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
}
