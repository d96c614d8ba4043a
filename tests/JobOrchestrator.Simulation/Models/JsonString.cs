using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace JobOrchestrator.Simulation.Models;

/// <summary>JSON strings as Go's libraries read and write them: half a pair of UTF-16 is read as U+FFFD.</summary>
internal static class JsonString
{
    private const int EscapeLength = 6;

    /// <summary>The text of a string or member name, as UTF-8.</summary>
    public static byte[] Read(in Utf8JsonReader reader)
    {
        ReadOnlySpan<byte> raw = reader.ValueSpan;
        if (!reader.ValueIsEscaped)
        {
            return raw.ToArray();
        }

        var text = new ArrayBufferWriter<byte>(raw.Length);
        while (raw.Length > 0)
        {
            int plain = raw.IndexOf((byte)'\\') is var found and >= 0 ? found : raw.Length;
            text.Write(raw[..plain]);
            raw = raw[plain..];
            if (raw.Length > 0)
            {
                raw = raw[ReadEscape(raw, text)..];
            }
        }

        return text.WrittenSpan.ToArray();
    }

    /// <summary>The text in quotes.</summary>
    public static void Write(ReadOnlySpan<byte> text, bool escapesMarkup, ArrayBufferWriter<byte> output)
    {
        output.Write("\""u8);
        while (text.Length > 0)
        {
            Rune.DecodeFromUtf8(text, out Rune letter, out int length);
            output.Write(Escape(letter.Value, escapesMarkup) is { } escaped ? Encoding.ASCII.GetBytes(escaped) : text[..length]);
            text = text[length..];
        }

        output.Write("\""u8);
    }

    private static string? Escape(int letter, bool escapesMarkup) => letter switch
    {
        '"' => "\\\"",
        '\\' => "\\\\",
        '\n' => "\\n",
        '\r' => "\\r",
        '\t' => "\\t",
        < ' ' => string.Create(CultureInfo.InvariantCulture, $"\\u{letter:x4}"),
        '<' or '>' or '&' or 0x2028 or 0x2029 when escapesMarkup => string.Create(CultureInfo.InvariantCulture, $"\\u{letter:x4}"),
        _ => null,
    };

    /// <summary>Reads what a backslash begins, and says how long it was.</summary>
    private static int ReadEscape(ReadOnlySpan<byte> raw, ArrayBufferWriter<byte> text)
    {
        if (raw[1] != 'u')
        {
            text.Write([raw[1] switch
            {
                (byte)'n' => (byte)'\n',
                (byte)'r' => (byte)'\r',
                (byte)'t' => (byte)'\t',
                (byte)'b' => (byte)'\b',
                (byte)'f' => (byte)'\f',
                byte other => other,
            }]);
            return 2;
        }

        char first = Unit(raw);
        if (char.IsHighSurrogate(first) && raw.Length >= 2 * EscapeLength && raw[EscapeLength] == '\\' && raw[EscapeLength + 1] == 'u'
            && Unit(raw[EscapeLength..]) is var second && char.IsLowSurrogate(second))
        {
            WriteRune(new Rune(first, second), text);
            return 2 * EscapeLength;
        }

        WriteRune(Rune.TryCreate(first, out Rune rune) ? rune : Rune.ReplacementChar, text);
        return EscapeLength;
    }

    private static char Unit(ReadOnlySpan<byte> escape) =>
        (char)ushort.Parse(escape[2..EscapeLength], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);

    private static void WriteRune(Rune rune, ArrayBufferWriter<byte> text) => text.Advance(rune.EncodeToUtf8(text.GetSpan(4)));
}
