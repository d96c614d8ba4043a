using System.Numerics;
using System.Text;

namespace JobOrchestrator.Sidecar;

/// <summary>
/// Writes the few kinds of members that the service's largest messages have, in Protobuf's wire format: straight from what there is, where
/// the generated classes want several objects for each document. Lengths come first on the wire: whoever writes a message reckons first.
/// </summary>
/// <param name="left">Where to; as long as was reckoned.</param>
internal ref struct MessageWriter(Span<byte> left)
{
    private const int Number = 0;
    private const int Bytes = 2;
    private const int BitsInAByte = 7;

    private Span<byte> _left = left;

    /// <summary>The length of a text, or of bytes, or of a message of this length, with its tag.</summary>
    public static int LengthOf(int length) => 1 + LengthOfNumber(length) + length;

    /// <summary>The length of a text with its tag.</summary>
    public static int LengthOf(string text) => LengthOf(Encoding.UTF8.GetByteCount(text));

    /// <summary>A text.</summary>
    public void Write(int member, string text)
    {
        Begin(member, Encoding.UTF8.GetByteCount(text));
        _left = _left[Encoding.UTF8.GetBytes(text, _left)..];
    }

    /// <summary>Bytes.</summary>
    public void Write(int member, ReadOnlySpan<byte> bytes)
    {
        Begin(member, bytes.Length);
        bytes.CopyTo(_left);
        _left = _left[bytes.Length..];
    }

    /// <summary>A number, or a word of an enumeration, from 0 to 127: two bytes.</summary>
    public void Write(int member, byte number)
    {
        _left[0] = (byte)(member << 3 | Number);
        _left[1] = number;
        _left = _left[2..];
    }

    /// <summary>What comes next is a message of this length.</summary>
    public void Begin(int member, int length)
    {
        _left[0] = (byte)(member << 3 | Bytes);
        int at = 1;
        for (uint rest = (uint)length; true; rest >>= BitsInAByte)
        {
            if (rest < 1 << BitsInAByte)
            {
                _left[at++] = (byte)rest;
                break;
            }

            _left[at++] = (byte)(rest | 1 << BitsInAByte);
        }

        _left = _left[at..];
    }

    private static int LengthOfNumber(int number) => (BitOperations.Log2((uint)number | 1) / BitsInAByte) + 1;
}
