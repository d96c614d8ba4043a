using System.Buffers;
using System.Text.Json;
using JobOrchestrator.Core;

namespace JobOrchestrator.Shards;

/// <summary>
/// Writes a caller's JSON as a JSON string. Well-formed JSON text holds no control characters but line ends and tabs, so these,
/// quotes and backslashes are all that needs escaping: a document is never more than twice as long as what it keeps, whatever
/// characters the callers use (the general encoders turn some into six or twelve bytes).
/// </summary>
internal static class KeptJson
{
    private static readonly SearchValues<byte> Escaped = SearchValues.Create("\"\\\n\r\t"u8);

    public static void Write(Utf8JsonWriter writer, JsonText value)
    {
        ReadOnlySpan<byte> text = value.Utf8;
        byte[] buffer = ArrayPool<byte>.Shared.Rent(2 * text.Length + 2);
        int length = 0;
        buffer[length++] = (byte)'"';
        while (text.Length > 0)
        {
            int plain = text.IndexOfAny(Escaped);
            plain = plain < 0 ? text.Length : plain;
            text[..plain].CopyTo(buffer.AsSpan(length));
            length += plain;
            text = text[plain..];
            if (text.Length > 0)
            {
                buffer[length++] = (byte)'\\';
                buffer[length++] = text[0] switch
                {
                    (byte)'\n' => (byte)'n',
                    (byte)'\r' => (byte)'r',
                    (byte)'\t' => (byte)'t',
                    byte itself => itself,
                };
                text = text[1..];
            }
        }

        buffer[length++] = (byte)'"';
        writer.WriteRawValue(buffer.AsSpan(0, length), skipInputValidation: true);
        ArrayPool<byte>.Shared.Return(buffer);
    }
}
