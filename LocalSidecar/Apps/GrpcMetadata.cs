using System.Text;
using CallMetadata = Grpc.Core.Metadata;

namespace LocalSidecar.Apps;

/// <summary>What goes to an app beside a message: names in small letters, values that HTTP/2 can carry.</summary>
internal static class GrpcMetadata
{
    // They are the transport's to say, or the sidecar's; the names of gRPC itself begin with grpc-.
    private static readonly HashSet<string> Reserved = new(StringComparer.Ordinal)
    {
        "content-type", "user-agent", "te", "host", "connection", "keep-alive", "proxy-connection", "transfer-encoding", "upgrade",
        "content-length", "dapr-api-token", "traceparent",
    };

    /// <summary>Metadata that somebody gave. What no call can carry, or may not say, is left out.</summary>
    public static CallMetadata With(IEnumerable<KeyValuePair<string, string>> given)
    {
        CallMetadata metadata = [];
        foreach ((string name, string value) in given)
        {
            if (!CanCarry(name, value))
            {
                continue;
            }

            string key = name.ToLowerInvariant();
            if (IsBinary(key))
            {
                metadata.Add(key, Encoding.UTF8.GetBytes(value));
            }
            else
            {
                metadata.Add(key, value);
            }
        }

        return metadata;
    }

    /// <summary>Whether a call can carry, and may say, such a pair.</summary>
    public static bool CanCarry(string name, string value)
    {
        string key = name.ToLowerInvariant();
        return CanCarry(key) && (IsBinary(key) || value.All(static character => character is >= ' ' and <= '~'));
    }

    /// <summary>A call's metadata, without what is not the caller's to say.</summary>
    public static CallMetadata Of(CallMetadata given)
    {
        CallMetadata metadata = [];
        foreach (CallMetadata.Entry entry in given.Where(static entry => CanCarry(entry.Key)))
        {
            metadata.Add(entry);
        }

        return metadata;
    }

    /// <summary>Whether a name, in small letters, may be a caller's own.</summary>
    public static bool CanCarry(string key) =>
        key.Length > 0
        && !Reserved.Contains(key)
        && !key.StartsWith("grpc-", StringComparison.Ordinal)
        && key.All(static character => character is (>= 'a' and <= 'z') or (>= '0' and <= '9') or '-' or '_' or '.');

    /// <summary>Adds the trace in both its forms.</summary>
    /// <param name="metadata">Takes it.</param>
    /// <param name="traceParent">As W3C writes it; empty, or no trace at all, for one of zeros.</param>
    public static void AddTrace(CallMetadata metadata, string traceParent)
    {
        byte[] binary = new byte[29];
        if (!TryRead(traceParent, binary))
        {
            traceParent = AppChannel.NoTrace;
            TryRead(traceParent, binary);
        }

        metadata.Add("traceparent", traceParent);
        metadata.Add("grpc-trace-bin", binary);
    }

    private static bool IsBinary(string key) => key.EndsWith(CallMetadata.BinaryHeaderSuffix, StringComparison.Ordinal);

    // OpenCensus' form: a version, then the trace, the span and the flags, each behind its number.
    private static bool TryRead(string traceParent, Span<byte> binary)
    {
        if (traceParent.Length != 55 || traceParent[2] != '-' || traceParent[35] != '-' || traceParent[52] != '-')
        {
            return false;
        }

        binary[18] = 1;
        binary[27] = 2;
        return TryHex(traceParent.AsSpan(3, 32), binary[2..18])
            && TryHex(traceParent.AsSpan(36, 16), binary[19..27])
            && TryHex(traceParent.AsSpan(53, 2), binary[28..]);
    }

    private static bool TryHex(ReadOnlySpan<char> hex, Span<byte> bytes) =>
        Convert.FromHexString(hex, bytes, out _, out int written) == System.Buffers.OperationStatus.Done && written == bytes.Length;
}
