using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

namespace JobOrchestrator.Http;

/// <summary>Texts of a request's target, which escape bytes as <c>%2F</c>.</summary>
internal static class Escapes
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The text that an escaped one stands for.</summary>
    /// <returns>False: its bytes are no UTF-8.</returns>
    public static bool TryRead(ReadOnlySpan<char> escaped, [NotNullWhen(true)] out string? text)
    {
        try
        {
            text = Strict.GetString(Decode(escaped, keepSlash: false));
            return true;
        }
        catch (DecoderFallbackException)
        {
            text = null;
            return false;
        }
    }

    /// <summary>The bytes that an escaped text stands for. A per cent sign that begins no escape is itself.</summary>
    public static ReadOnlySpan<byte> Decode(ReadOnlySpan<char> escaped, bool keepSlash)
    {
        var bytes = new ArrayBufferWriter<byte>(Math.Max(1, escaped.Length));
        for (int i = 0; i < escaped.Length;)
        {
            if (escaped[i] == '%'
                && i + 2 < escaped.Length
                && byte.TryParse(escaped.Slice(i + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out byte one)
                && !(keepSlash && one == (byte)'/'))
            {
                bytes.Write([one]);
                i += 3;
            }
            else
            {
                int length = char.IsHighSurrogate(escaped[i]) && i + 1 < escaped.Length ? 2 : 1;
                bytes.Advance(Encoding.UTF8.GetBytes(escaped.Slice(i, length), bytes.GetSpan(6)));
                i += length;
            }
        }

        return bytes.WrittenSpan;
    }
}
