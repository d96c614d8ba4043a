using System.Buffers;
using System.Text.Json;
using System.Text.Unicode;
using JobOrchestrator.Core;

namespace JobOrchestrator.Shards;

/// <summary>
/// Writes the callers' JSON as a string that holds its exact text, and reads it. It is well formed and valid UTF-8 (whoever took it in
/// has checked), so nothing but quotes, backslashes and line ends needs an escape, and no text grows to more than twice its length. The
/// writer's own encoder makes six bytes of a DEL and twelve of an emoji: a few such values would outgrow what one commit may send.
/// </summary>
internal static class KeptJson
{
    private static readonly SearchValues<byte> Escaped = SearchValues.Create("\"\\\n\r\t"u8);

    /// <summary>Writes a member whose value is the text.</summary>
    public static void Write(Utf8JsonWriter writer, ReadOnlySpan<byte> name, JsonText text)
    {
        writer.WritePropertyName(name);
        Write(writer, text);
    }

    /// <summary>Writes the text as a value.</summary>
    public static void Write(Utf8JsonWriter writer, JsonText text)
    {
        byte[] rented = ArrayPool<byte>.Shared.Rent(2 * text.Length + 2);
        writer.WriteRawValue(rented.AsSpan(0, Escape(text.Utf8, rented)), skipInputValidation: true);
        ArrayPool<byte>.Shared.Return(rented);
    }

    /// <summary>How many bytes a text becomes.</summary>
    public static int LengthOf(ReadOnlySpan<byte> text)
    {
        int length = text.Length + 2;
        for (int at; (at = text.IndexOfAny(Escaped)) >= 0; text = text[(at + 1)..])
        {
            length++;
        }

        return length;
    }

    /// <summary>Reads the text from the string that holds it.</summary>
    /// <param name="json">The string as it stands in JSON, which somebody has gone through.</param>
    /// <param name="isPlain">It has no escapes.</param>
    /// <exception cref="InvalidOperationException">It is no text.</exception>
    public static JsonText Read(ReadOnlySpan<byte> json, bool isPlain)
    {
        ReadOnlySpan<byte> text = json[1..^1];
        if (isPlain)
        {
            return Checked(text);
        }

        // Nothing that is unescaped is longer than before.
        byte[] rented = ArrayPool<byte>.Shared.Rent(text.Length);
        try
        {
            return TryUnescape(text, rented, out int written) ? Checked(rented.AsSpan(0, written)) : ReadOther(json, rented);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    /// <summary>With escapes that are not written here.</summary>
    private static JsonText ReadOther(ReadOnlySpan<byte> json, Span<byte> room)
    {
        var reader = new Utf8JsonReader(json);
        reader.Read();
        return JsonText.Of(room[..reader.CopyString(room)].ToArray());
    }

    private static JsonText Checked(ReadOnlySpan<byte> text) =>
        Utf8.IsValid(text) ? JsonText.Of(text.ToArray()) : throw new InvalidOperationException("A text is no UTF-8.");

    /// <summary>Undoes <see cref="Escape"/>; false: it has another escape.</summary>
    private static bool TryUnescape(ReadOnlySpan<byte> text, Span<byte> target, out int written)
    {
        written = 0;
        while (text.IndexOf((byte)'\\') is >= 0 and var plain)
        {
            text[..plain].CopyTo(target[written..]);
            written += plain;
            byte escape = text[plain + 1];
            if (escape is not ((byte)'"' or (byte)'\\' or (byte)'n' or (byte)'r' or (byte)'t'))
            {
                return false;
            }

            target[written++] = escape switch
            {
                (byte)'n' => (byte)'\n',
                (byte)'r' => (byte)'\r',
                (byte)'t' => (byte)'\t',
                byte itself => itself,
            };
            text = text[(plain + 2)..];
        }

        text.CopyTo(target[written..]);
        written += text.Length;
        return true;
    }

    private static int Escape(ReadOnlySpan<byte> text, Span<byte> target)
    {
        int written = 0;
        target[written++] = (byte)'"';
        while (text.IndexOfAny(Escaped) is >= 0 and var plain)
        {
            text[..plain].CopyTo(target[written..]);
            written += plain;
            target[written++] = (byte)'\\';
            target[written++] = text[plain] switch
            {
                (byte)'\n' => (byte)'n',
                (byte)'\r' => (byte)'r',
                (byte)'\t' => (byte)'t',
                byte itself => itself,
            };
            text = text[(plain + 1)..];
        }

        text.CopyTo(target[written..]);
        written += text.Length;
        target[written++] = (byte)'"';
        return written;
    }
}
