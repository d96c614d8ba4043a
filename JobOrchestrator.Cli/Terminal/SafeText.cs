using System.Globalization;
using System.Text;

namespace JobOrchestrator.Cli;

/// <summary>
/// Texts of callers, workers and servers on their way to a terminal: whatever would move the cursor, change colours, turn the direction of
/// writing or break the line is shown by its number instead.
/// </summary>
internal static class SafeText
{
    /// <summary>The text on one line.</summary>
    /// <param name="text">The text; null is empty.</param>
    /// <param name="isPlain">ASCII alone around the numbers.</param>
    public static string OneLine(string? text, bool isPlain = false)
    {
        if (text is null || IsSafe(text))
        {
            return text ?? "";
        }

        var shown = new StringBuilder(text.Length + 16);
        foreach (Rune rune in text.EnumerateRunes())
        {
            if (rune.Value is '\n' or '\t')
            {
                shown.Append(rune.Value == '\n' && !isPlain ? "⏎" : rune.Value == '\n' ? "\\n" : " ");
            }
            else if (IsSafe(rune) && rune.Value != Replacement)
            {
                shown.Append(rune);
            }
            else
            {
                shown.Append(isPlain ? '<' : '⟨')
                    .Append(CultureInfo.InvariantCulture, $"U+{rune.Value:X4}")
                    .Append(isPlain ? '>' : '⟩');
            }
        }

        return shown.ToString();
    }

    /// <summary>
    /// JSON on its way to anywhere: the same JSON, with what a terminal would act on written as <c>\u</c>. Outside of its strings JSON
    /// has no such character but line ends, which stay.
    /// </summary>
    public static string Json(string json)
    {
        int first = FirstActedOn(json);
        if (first < 0)
        {
            return json;
        }

        var shown = new StringBuilder(json, 0, first, json.Length + 64);
        foreach (char one in json.AsSpan(first))
        {
            _ = one != '\n' && IsActedOn(one) ? shown.Append(CultureInfo.InvariantCulture, $"\\u{(int)one:x4}") : shown.Append(one);
        }

        return shown.ToString();
    }

    // What half a surrogate pair is read as: shown by its number, as it is no text of anybody.
    private const int Replacement = 0xFFFD;

    private static bool IsSafe(string text) => !text.Any(one => IsActedOn(one) || char.IsSurrogate(one) || one == Replacement);

    private static bool IsSafe(Rune rune) => !rune.IsBmp ? !IsHidden(Rune.GetUnicodeCategory(rune)) : !IsActedOn((char)rune.Value);

    private static int FirstActedOn(string json)
    {
        for (int i = 0; i < json.Length; i++)
        {
            if (json[i] != '\n' && IsActedOn(json[i]))
            {
                return i;
            }
        }

        return -1;
    }

    /// <summary>Controls, marks of direction, what has no width, and line ends of other alphabets.</summary>
    private static bool IsActedOn(char one) => one switch
    {
        < ' ' or '\u007f' => true,
        < '\u007f' => false,
        _ => IsHidden(char.GetUnicodeCategory(one)),
    };

    private static bool IsHidden(UnicodeCategory category) => category is
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;
}
