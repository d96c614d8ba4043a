using System.Buffers;
using System.Globalization;
using System.Text;

namespace JobOrchestrator.Simulation.Models;

/// <summary>Numbers as Go's libraries write them, which have them all as 64-bit floating point.</summary>
internal static class JsonNumber
{
    // Beyond it jsoniter's fast way gives up and keeps all digits.
    private const double FastMax = 0x4ff_ffff;
    private const ulong SixDigits = 1_000_000;

    /// <summary>False: it is beyond all numbers.</summary>
    public static bool TryWrite(double value, bool keepsDigits, ArrayBufferWriter<byte> output)
    {
        if (!double.IsFinite(value))
        {
            return false;
        }

        output.Write(Encoding.ASCII.GetBytes(keepsDigits || Math.Abs(value) > FastMax ? Shortest(value) : WithSixDecimals(value)));
        return true;
    }

    private static string WithSixDecimals(double value)
    {
        ulong millionths = (ulong)(Math.Abs(value) * SixDigits + 0.5);
        string whole = string.Create(CultureInfo.InvariantCulture, $"{(value < 0 ? "-" : "")}{millionths / SixDigits}");
        return millionths % SixDigits is var rest and not 0
            ? string.Create(CultureInfo.InvariantCulture, $"{whole}.{rest:d6}").TrimEnd('0')
            : whole;
    }

    /// <summary>The fewest digits that read back as the same number, with an exponent below 1e-6 and from 1e21 on.</summary>
    private static string Shortest(double value)
    {
        string sign = double.IsNegative(value) ? "-" : "";
        string[] parts = Math.Abs(value).ToString("R", CultureInfo.InvariantCulture).Split('E');
        string[] mantissa = parts[0].Split('.');
        string all = string.Concat(mantissa);
        string digits = all.TrimStart('0');
        if (digits.Length == 0)
        {
            return $"{sign}0";
        }

        // Of the first digit that counts.
        int exponent = mantissa[0].Length - 1 - (all.Length - digits.Length)
            + (parts.Length > 1 ? int.Parse(parts[1], CultureInfo.InvariantCulture) : 0);
        digits = digits.TrimEnd('0');
        if (exponent is < -6 or >= 21)
        {
            string fraction = digits.Length > 1 ? $".{digits[1..]}" : "";
            string power = string.Create(CultureInfo.InvariantCulture, $"{(exponent < 0 ? '-' : '+')}{Math.Abs(exponent)}");
            return $"{sign}{digits[0]}{fraction}e{power}";
        }

        return exponent < 0 ? $"{sign}0.{new string('0', -exponent - 1)}{digits}"
            : digits.Length <= exponent + 1 ? sign + digits.PadRight(exponent + 1, '0')
            : $"{sign}{digits[..(exponent + 1)]}.{digits[(exponent + 1)..]}";
    }
}
