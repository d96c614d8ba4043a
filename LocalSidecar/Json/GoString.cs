using System.Buffers;
using System.Buffers.Text;
using System.Text;

namespace LocalSidecar.Json;

/// <summary>
/// Strings as Go's <c>encoding/json</c> writes them: <c>&lt;</c>, <c>&gt;</c>, <c>&amp;</c>, U+2028 and U+2029 escaped, all else as UTF-8.
/// </summary>
internal static class GoString
{
    private static readonly SearchValues<byte> Plain = SearchValues.Create(
        " !#$%'()*+,-./0123456789:;=?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[]^_`abcdefghijklmnopqrstuvwxyz{|}~\u007f"u8);

    private const int StackBytesMax = 512;

    /// <summary>Writes text with quotes around it.</summary>
    public static void Write(ByteBuffer output, ReadOnlySpan<char> text)
    {
        int most = Encoding.UTF8.GetMaxByteCount(text.Length);
        Span<byte> bytes = most <= StackBytesMax ? stackalloc byte[StackBytesMax] : new byte[most];
        Write(output, bytes[..Encoding.UTF8.GetBytes(text, bytes)]);
    }

    /// <summary>Writes UTF-8 with quotes around it; invalid bytes become U+FFFD.</summary>
    public static void Write(ByteBuffer output, ReadOnlySpan<byte> utf8)
    {
        output.Write((byte)'"');
        while (true)
        {
            int plain = utf8.IndexOfAnyExcept(Plain);
            if (plain < 0)
            {
                output.Write(utf8);
                break;
            }

            output.Write(utf8[..plain]);
            utf8 = utf8[plain..];
            utf8 = utf8[WriteOne(output, utf8)..];
        }

        output.Write((byte)'"');
    }

    /// <summary>Re-encodes the inside of a JSON string literal: escapes are read first, lone surrogates become U+FFFD.</summary>
    public static void WriteLiteral(ByteBuffer output, ReadOnlySpan<byte> escaped)
    {
        if (escaped.IndexOf((byte)'\\') < 0)
        {
            Write(output, escaped);
            return;
        }

        byte[] rented = ArrayPool<byte>.Shared.Rent(escaped.Length);
        Write(output, rented.AsSpan(0, Unescape(escaped, rented)));
        ArrayPool<byte>.Shared.Return(rented);
    }

    /// <summary>Reads the escapes of a JSON string literal into UTF-8, which is never longer than the literal.</summary>
    public static int Unescape(ReadOnlySpan<byte> escaped, Span<byte> output)
    {
        int length = 0;
        while (!escaped.IsEmpty)
        {
            int next = escaped.IndexOf((byte)'\\');
            ReadOnlySpan<byte> plain = next < 0 ? escaped : escaped[..next];
            plain.CopyTo(output[length..]);
            length += plain.Length;
            if (next < 0)
            {
                break;
            }

            escaped = escaped[(next + 1)..];
            byte code = escaped[0];
            if (code != 'u')
            {
                output[length++] = code switch
                {
                    (byte)'b' =>
                    8,
                    (byte)'f' => 12,
                    (byte)'n' => 10,
                    (byte)'r' => 13,
                    (byte)'t' => 9,
                    _ => code
                };
                escaped = escaped[1..];
                continue;
            }

            int unit = Hex(escaped[1..]);
            escaped = escaped[5..];
            Rune rune = Rune.ReplacementChar;
            if (char.IsHighSurrogate((char)unit) && escaped.Length >= 6 && escaped[0] == '\\' && escaped[1] == 'u'
                && Rune.TryCreate((char)unit, (char)Hex(escaped[2..]), out Rune pair))
            {
                rune = pair;
                escaped = escaped[6..];
            }
            else if (Rune.TryCreate((char)unit, out Rune single))
            {
                rune = single;
            }

            length += rune.EncodeToUtf8(output[length..]);
        }

        return length;
    }

    private static int Hex(ReadOnlySpan<byte> digits)
    {
        return Utf8Parser.TryParse(digits[..4], out int value, out _, 'x') ? value : 0;
    }

    private static int WriteOne(ByteBuffer output, ReadOnlySpan<byte> utf8)
    {
        byte first = utf8[0];
        switch (first)
        {
            case (byte)'"':
                output.Write("\\\""u8);
                return 1;
            case (byte)'\\':
                output.Write("\\\\"u8);
                return 1;
            case 8:
                output.Write("\\b"u8);
                return 1;
            case 9:
                output.Write("\\t"u8);
                return 1;
            case 10:
                output.Write("\\n"u8);
                return 1;
            case 12:
                output.Write("\\f"u8);
                return 1;
            case 13:
                output.Write("\\r"u8);
                return 1;
            case < 0x80:
                output.Write("\\u00"u8);
                output.Write("0123456789abcdef"u8[first >> 4]);
                output.Write("0123456789abcdef"u8[first & 15]);
                return 1;
        }

        if (Rune.DecodeFromUtf8(utf8, out Rune rune, out int consumed) != OperationStatus.Done)
        {
            // Go writes one replacement for each byte that is not part of a character.
            output.Write("\\ufffd"u8);
            return 1;
        }

        if (rune.Value is 0x2028 or 0x2029)
        {
            output.Write(rune.Value == 0x2028 ? "\\u2028"u8 : "\\u2029"u8);
        }
        else
        {
            output.Write(utf8[..consumed]);
        }

        return consumed;
    }
}
