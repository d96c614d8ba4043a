using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace JobOrchestrator.Core;

/// <summary>
/// A W3C <c>traceparent</c> of version 00 as numbers, a quarter of the bytes of its text:
/// <c>00-{32 digits}-{16 digits}-{2 digits}</c>, all lower-case. Whatever else a caller may have sent is kept as a text.
/// </summary>
public readonly record struct TraceContext
{
    /// <summary>The length of the text.</summary>
    public const int Characters = 55;

    private const int TraceAt = 3;
    private const int SpanAt = 36;
    private const int FlagsAt = 53;

    private static readonly System.Buffers.SearchValues<char> Digits = System.Buffers.SearchValues.Create("0123456789abcdef-");

    private readonly UInt128 _trace;
    private readonly ulong _span;
    private readonly byte _flags;

    private TraceContext(UInt128 trace, ulong span, byte flags) => (_trace, _span, _flags) = (trace, span, flags);

    /// <summary>False: there is none. No trace has the id 0.</summary>
    public bool IsThere => _trace != 0;

    /// <summary>The id of the trace: 32 digits.</summary>
    public string TraceId => _trace.ToString("x32", CultureInfo.InvariantCulture);

    /// <summary>Reads a text that is written back as it is; false: it is another.</summary>
    public static bool TryParse(string? text, out TraceContext context)
    {
        context = default;
        if (text?.Length != Characters || !text.StartsWith("00-", StringComparison.Ordinal)
            || text[SpanAt - 1] != '-' || text[FlagsAt - 1] != '-'
            || text.AsSpan().ContainsAnyExcept(Digits)
            || !UInt128.TryParse(text.AsSpan(TraceAt, 32), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out UInt128 trace)
            || !ulong.TryParse(text.AsSpan(SpanAt, 16), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ulong span)
            || !byte.TryParse(text.AsSpan(FlagsAt, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out byte flags))
        {
            return false;
        }

        context = new TraceContext(trace, span, flags);
        return context.IsThere;
    }

    /// <summary>Writes the text, which has <see cref="Characters"/> bytes.</summary>
    public void Write(Span<byte> utf8)
    {
        "00-"u8.CopyTo(utf8);
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, _trace);
        Convert.TryToHexStringLower(bytes, utf8[TraceAt..], out _);
        utf8[SpanAt - 1] = utf8[FlagsAt - 1] = (byte)'-';
        BinaryPrimitives.WriteUInt64BigEndian(bytes, _span);
        Convert.TryToHexStringLower(bytes[..8], utf8[SpanAt..], out _);
        bytes[0] = _flags;
        Convert.TryToHexStringLower(bytes[..1], utf8[FlagsAt..], out _);
    }

    /// <summary>The text.</summary>
    public override string ToString()
    {
        Span<byte> utf8 = stackalloc byte[Characters];
        Write(utf8);
        return Encoding.ASCII.GetString(utf8);
    }
}
