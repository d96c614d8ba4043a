using System.Buffers.Text;
using System.Globalization;

namespace LocalSidecar.Json;

/// <summary>Numbers as Go's <c>encoding/json</c> writes a float64: the sidecar API decodes and re-encodes every stored value.</summary>
internal static class GoNumber
{
    /// <summary>Whether a JSON number fits a float64 (Go refuses <c>1e400</c>; tiny ones become 0).</summary>
    public static bool Fits(ReadOnlySpan<byte> number)
    {
        if (number.Length < 300 && number.IndexOfAny((byte)'e', (byte)'E') < 0)
        {
            return true;
        }

        return Utf8Parser.TryParse(number, out double value, out _) && double.IsFinite(value);
    }

    /// <summary>Writes the number as float64 text: shortest digits, exponent form below 1e-6 and from 1e21.</summary>
    public static void Write(ByteBuffer output, ReadOnlySpan<byte> number)
    {
        // Up to 15 digits without point or exponent are exact in a float64 and print as they are.
        if (number.Length <= 15 && number.IndexOfAny((byte)'.', (byte)'e', (byte)'E') < 0)
        {
            output.Write(number);
            return;
        }

        Write(output, Utf8Parser.TryParse(number, out double value, out _) ? value : 0);
    }

    private static void Write(ByteBuffer output, double value)
    {
        if (value == 0)
        {
            output.Write(double.IsNegative(value) ? "-0"u8 : "0"u8);
            return;
        }

        // "E16" would round differently; the default text has the shortest digits, whatever its form.
        Span<byte> text = stackalloc byte[32];
        value.TryFormat(text, out int length, default, CultureInfo.InvariantCulture);
        Span<byte> digits = stackalloc byte[32];
        (int count, int point) = Digits(text[..length], digits);
        digits = digits[..count];

        if (value < 0)
        {
            output.Write((byte)'-');
        }

        double magnitude = Math.Abs(value);
        if (magnitude is < 1e-6 or >= 1e21)
        {
            output.Write(digits[0]);
            if (count > 1)
            {
                output.Write((byte)'.');
                output.Write(digits[1..]);
            }

            output.WriteText(string.Create(CultureInfo.InvariantCulture, $"e{(point - 1 < 0 ? "-" : "+")}{Math.Abs(point - 1)}"));
        }
        else if (point <= 0)
        {
            output.Write("0."u8);
            output.Extend(-point).Fill((byte)'0');
            output.Write(digits);
        }
        else if (point >= count)
        {
            output.Write(digits);
            output.Extend(point - count).Fill((byte)'0');
        }
        else
        {
            output.Write(digits[..point]);
            output.Write((byte)'.');
            output.Write(digits[point..]);
        }
    }

    /// <summary>The significant digits of a printed number and where its decimal point stands among them.</summary>
    private static (int Count, int Point) Digits(ReadOnlySpan<byte> text, Span<byte> digits)
    {
        int exponent = 0;
        int mark = text.IndexOf((byte)'E');
        if (mark >= 0)
        {
            exponent = int.Parse(text[(mark + 1)..], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
            text = text[..mark];
        }

        text = text.TrimStart((byte)'-');
        int count = 0;
        int point = text.IndexOf((byte)'.');
        if (point < 0)
        {
            point = text.Length;
        }

        foreach (byte character in text)
        {
            if (character != '.')
            {
                digits[count++] = character;
            }
        }

        int leading = 0;
        while (leading < count - 1 && digits[leading] == '0')
        {
            leading++;
        }

        digits[leading..count].CopyTo(digits);
        count -= leading;
        while (count > 1 && digits[count - 1] == '0')
        {
            count--;
        }

        return (count, point - leading + exponent);
    }
}
