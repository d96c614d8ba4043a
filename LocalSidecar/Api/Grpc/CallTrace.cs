using Grpc.Core;
using LocalSidecar.PubSub;

namespace LocalSidecar.Api.Grpc;

/// <summary>The trace that a call is part of: of its metadata, in the binary form or, without it, in W3C's.</summary>
internal static class CallTrace
{
    /// <summary>The name of the binary form, in metadata and in answers.</summary>
    public const string BinaryKey = "grpc-trace-bin";

    private const int Length = 29;

    /// <summary>The trace as W3C writes it; empty without a valid one. A <c>tracestate</c> beside it is not kept.</summary>
    public static PublisherTrace Of(ServerCallContext call) => new(ParentOf(call.GetHttpContext()), "");

    /// <summary>The trace of a request as W3C writes it; empty without a valid one.</summary>
    public static string ParentOf(HttpContext context)
    {
        if (context.Request.Headers[BinaryKey].ToString() is { Length: > 0 } binary)
        {
            return FromBinary(binary);
        }

        return PublisherTrace.Valid(context.Request.Headers.TraceParent.ToString());
    }

    /// <summary>The binary form, in base64 without padding as it stands in headers; of an empty trace when there is none.</summary>
    public static string ToBinary(string parent)
    {
        Span<byte> bytes = stackalloc byte[Length];
        bytes.Clear();
        bytes[18] = 1;
        bytes[27] = 2;
        if (parent.Length > 0)
        {
            Convert.FromHexString(parent.AsSpan(3, 32), bytes[2..18], out _, out _);
            Convert.FromHexString(parent.AsSpan(36, 16), bytes[19..27], out _, out _);
            Convert.FromHexString(parent.AsSpan(53, 2), bytes[28..], out _, out _);
        }

        return Convert.ToBase64String(bytes).TrimEnd('=');
    }

    // Version 0, then fields 0, 1 and 2: trace, span, flags.
    private static string FromBinary(string text)
    {
        Span<byte> bytes = stackalloc byte[Length + 4];
        string padded = text.TrimEnd('=').PadRight((text.TrimEnd('=').Length + 3) / 4 * 4, '=');
        return Convert.TryFromBase64String(padded, bytes, out int length) && length == Length
            && bytes[0] == 0 && bytes[1] == 0 && bytes[18] == 1 && bytes[27] == 2
            ? $"00-{Hex(bytes[2..18])}-{Hex(bytes[19..27])}-{Hex(bytes[28..29])}"
            : "";

        static string Hex(ReadOnlySpan<byte> field) => Convert.ToHexStringLower(field);
    }
}
