using System.Globalization;
using LocalSidecar.Json;

namespace LocalSidecar.State;

/// <summary>A value as it was found.</summary>
/// <param name="Stored">What the writer sent; of JSON an empty array stands for <c>null</c>.</param>
/// <param name="Etag">Changes with every write.</param>
/// <param name="ExpiresAt">Milliseconds since 1970 (UTC); 0 for never.</param>
/// <param name="IsRaw">The bytes come back as they are; else they are JSON, which comes back re-encoded.</param>
internal readonly record struct StateValue(ReadOnlyMemory<byte> Stored, Guid Etag, long ExpiresAt, bool IsRaw)
{
    /// <summary>The name under which an answer's metadata have <see cref="ExpiryText"/>.</summary>
    public const string ExpiryKey = "ttlExpireTime";

    /// <summary>When it expires, in UTC and to the second; null for never.</summary>
    public string? ExpiryText => ExpiresAt == 0
        ? null
        : DateTimeOffset.FromUnixTimeMilliseconds(ExpiresAt).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    /// <summary>The bytes as readers get them. JSON is re-encoded here and not when it is written, which costs writers nothing.</summary>
    public ReadOnlyMemory<byte> Read()
    {
        if (IsRaw)
        {
            return Stored;
        }

        var output = new ByteBuffer(Stored.Length + 64);
        WriteJson(output);
        return output.WrittenMemory;
    }

    /// <summary>Writes the value as a member of a JSON document. False, with nothing written: it is raw and no JSON.</summary>
    public bool TryWriteJson(ByteBuffer output)
    {
        if (IsRaw)
        {
            return GoJson.TryCompact(output, Stored.Span);
        }

        WriteJson(output);
        return true;
    }

    private void WriteJson(ByteBuffer output)
    {
        if (Stored.Length == 0)
        {
            output.Write("null"u8);
        }
        else
        {
            GoJson.Write(output, Stored.Span, keepDigits: false);
        }
    }
}
