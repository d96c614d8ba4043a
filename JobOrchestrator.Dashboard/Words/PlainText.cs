using System.Globalization;
using System.Text;

namespace JobOrchestrator.Dashboard.Words;

/// <summary>
/// Text that others supplied, so that it shows what it is: characters that steer (control, direction, the invisible) stand there by their
/// numbers, <c>⟨U+202E⟩</c>, and none of them turns the page around.
/// </summary>
internal static class PlainText
{
    /// <param name="text">The text.</param>
    /// <param name="lengthMax">Characters at most; what is longer ends in an ellipsis.</param>
    /// <param name="lines">Whether ends of lines and tabs stay: where they are shown as such.</param>
    public static string Of(string? text, int lengthMax = int.MaxValue, bool lines = false)
    {
        if (string.IsNullOrEmpty(text))
        {
            return "";
        }

        bool isCut = text.Length > lengthMax;
        int end = isCut ? Math.Max(0, lengthMax - 1) : text.Length;
        // Half of a character is none.
        end = end > 0 && end < text.Length && char.IsHighSurrogate(text[end - 1]) ? end - 1 : end;
        var plain = new StringBuilder(end + 1);
        for (int i = 0; i < end; i++)
        {
            bool isPair = char.IsHighSurrogate(text[i]) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]);
            int code = isPair ? char.ConvertToUtf32(text[i], text[i + 1]) : text[i];
            if (Steers(code) && !(lines && code is '\n' or '\t'))
            {
                plain.Append(CultureInfo.InvariantCulture, $"⟨U+{code:X4}⟩");
            }
            else
            {
                plain.Append(text, i, isPair ? 2 : 1);
            }

            i += isPair ? 1 : 0;
        }

        return isCut ? plain.Append('…').ToString() : plain.ToString();
    }

    /// <summary>Whether a character does something instead of standing there.</summary>
    public static bool Steers(int code) =>
        code is 0xFEFF or 0x00AD or (>= 0xD800 and <= 0xDFFF)
        || (code < 0x1_0000
            ? CharUnicodeInfo.GetUnicodeCategory((char)code)
            : CharUnicodeInfo.GetUnicodeCategory(code)) is UnicodeCategory.Control or UnicodeCategory.Format
            or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator && code is not 0x200D and not 0x200C;
}
