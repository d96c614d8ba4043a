using System.Globalization;
using System.Text;

namespace JobOrchestrator.Shards;

/// <summary>
/// What alike error messages have in common: the message with numbers, ids and quoted parts as <c>#</c>. The same message always gives the
/// same, whatever machine it is on, and what comes out gives itself.
/// </summary>
public static class ErrorPattern
{
    /// <summary>The longest that comes out, in characters.</summary>
    public const int LengthMax = 200;

    // What is behind it is neither looked at nor told.
    private const int LookedAtMax = 1_000;

    // So many hexadecimal digits, with or without letters only, are no word.
    private const int HexMin = 6;
    private const int HexLettersMin = 16;

    // So many letters and digits in turn are an id.
    private const int MixedMin = 12;

    private const int UuidLength = 36;
    private const char Mark = '#';
    private const string Joiners = "-.:,/_+";

    /// <summary>Of a message.</summary>
    public static string Of(string message)
    {
        string text = message.Length > LookedAtMax ? message[..LookedAtMax] : message;
        var pattern = new StringBuilder(LengthMax + UuidLength);
        var unclosed = new HashSet<char>();
        int at = 0;
        while (at < text.Length && pattern.Length <= LengthMax)
        {
            if (EndOfQuoted(text, at, unclosed) is { } end)
            {
                AddMark(pattern);
                at = end;
            }
            else if (char.IsLetterOrDigit(text[at]))
            {
                at = AddWord(pattern, text, at);
            }
            else
            {
                at = AddOther(pattern, text, at);
            }
        }

        return Cut(pattern, isAll: at == message.Length);
    }

    /// <summary>
    /// A message as patterns have what they leave as it is: what is not seen as one blank. Each piece of its pattern between two marks is
    /// in it.
    /// </summary>
    public static string Folded(string message)
    {
        var folded = new StringBuilder(message.Length);
        for (int at = 0; at < message.Length;)
        {
            at = message[at] == Mark ? Add(folded, Mark, at) : AddOther(folded, message, at);
        }

        return folded.ToString();

        static int Add(StringBuilder to, char character, int at)
        {
            to.Append(character);
            return at + 1;
        }
    }

    private static string Cut(StringBuilder pattern, bool isAll)
    {
        string text = pattern.ToString().Trim();
        if (text.Length <= LengthMax && isAll)
        {
            return text;
        }

        int length = Math.Min(text.Length, LengthMax - 1);
        return text[..(length > 0 && char.IsHighSurrogate(text[length - 1]) ? length - 1 : length)].TrimEnd() + "…";
    }

    /// <summary>Behind what is in quotation marks from a place on; null: nothing is.</summary>
    private static int? EndOfQuoted(string text, int at, HashSet<char> unclosed)
    {
        string closing = text[at] switch
        {
            '"' => "\"",
            '\'' => "'",
            '`' => "`",
            '“' => "”",
            '„' => "“”",
            '‘' => "’",
            '«' => "»",
            _ => "",
        };

        // An apostrophe is none: it stands behind a letter.
        if (closing.Length == 0 || unclosed.Contains(text[at]) || (at > 0 && char.IsLetterOrDigit(text[at - 1])))
        {
            return null;
        }

        for (int end = at + 1; end < text.Length; end++)
        {
            if (closing.Contains(text[end], StringComparison.Ordinal) && !(end + 1 < text.Length && char.IsLetterOrDigit(text[end + 1])))
            {
                return end + 1;
            }
        }

        // It is not looked for again, or a text of nothing but such marks would take long.
        unclosed.Add(text[at]);
        return null;
    }

    private static int AddWord(StringBuilder pattern, string text, int at)
    {
        if (IsUuid(text, at))
        {
            AddMark(pattern);
            return at + UuidLength;
        }

        int end = at;
        while (end < text.Length && char.IsLetterOrDigit(text[end]))
        {
            end++;
        }

        ReadOnlySpan<char> word = text.AsSpan(at, end - at);
        if (IsId(word))
        {
            AddMark(pattern);
            return end;
        }

        for (int i = 0; i < word.Length; i++)
        {
            if (!char.IsDigit(word[i]))
            {
                pattern.Append(word[i]);
            }
            else if (i == 0)
            {
                AddMark(pattern);
            }
            else if (!char.IsDigit(word[i - 1]))
            {
                pattern.Append(Mark);
            }
        }

        return end;
    }

    private static bool IsId(ReadOnlySpan<char> word)
    {
        ReadOnlySpan<char> digits = word is ['0', 'x' or 'X', _, ..] ? word[2..] : word;
        bool isHex = true;
        int numbers = 0;
        for (int i = 0; i < digits.Length; i++)
        {
            isHex &= char.IsAsciiHexDigit(digits[i]);
            numbers += char.IsDigit(digits[i]) && (i == 0 || !char.IsDigit(digits[i - 1])) ? 1 : 0;
        }

        return (isHex && digits.Length < word.Length)
            || (isHex && digits.Length >= (numbers > 0 ? HexMin : HexLettersMin))
            || (numbers > 1 && digits.Length >= MixedMin);
    }

    private static bool IsUuid(string text, int at)
    {
        if (text.Length - at < UuidLength || (text.Length - at > UuidLength && char.IsLetterOrDigit(text[at + UuidLength])))
        {
            return false;
        }

        for (int i = 0; i < UuidLength; i++)
        {
            bool isDash = i is 8 or 13 or 18 or 23;
            if (isDash ? text[at + i] != '-' : !char.IsAsciiHexDigit(text[at + i]))
            {
                return false;
            }
        }

        return true;
    }

    private static int AddOther(StringBuilder pattern, string text, int at)
    {
        if (char.IsHighSurrogate(text[at]) && at + 1 < text.Length && char.IsLowSurrogate(text[at + 1]))
        {
            pattern.Append(text[at]).Append(text[at + 1]);
            return at + 2;
        }

        // What is not seen, or turns around what is, tells nothing apart.
        if (char.IsWhiteSpace(text[at]) || char.GetUnicodeCategory(text[at]) is UnicodeCategory.Control or UnicodeCategory.Format)
        {
            if (pattern.Length > 0 && pattern[^1] != ' ')
            {
                pattern.Append(' ');
            }
        }
        else if (text[at] == Mark)
        {
            AddMark(pattern);
        }
        else
        {
            pattern.Append(char.IsSurrogate(text[at]) ? '\uFFFD' : text[at]);
        }

        return at + 1;
    }

    /// <summary>Several in a row, as in an address, a time or a list, are one: how many there are tells nothing apart.</summary>
    private static void AddMark(StringBuilder pattern)
    {
        int end = pattern.Length;
        end -= end > 0 && pattern[end - 1] == ' ' ? 1 : 0;
        end -= end > 0 && Joiners.Contains(pattern[end - 1], StringComparison.Ordinal) ? 1 : 0;
        if (end > 0 && pattern[end - 1] == Mark)
        {
            pattern.Length = end;
        }
        else
        {
            pattern.Append(Mark);
        }
    }
}
