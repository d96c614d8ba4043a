using System.Text;

namespace LocalSidecar.Api.Http;

/// <summary>A request's path and query, as the sidecar API reads them.</summary>
internal readonly struct RequestTarget
{
    private const string MetadataPrefix = "metadata.";

    private static readonly Dictionary<string, string> None = [];

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private RequestTarget(string path, string query)
    {
        Path = path;
        Query = query;
    }

    /// <summary>Still escaped; double slashes, dot segments and a slash at the end are gone.</summary>
    public string Path { get; }

    /// <summary>Without the question mark.</summary>
    public string Query { get; }

    public static RequestTarget Parse(string rawTarget)
    {
        if (!rawTarget.StartsWith('/') && Uri.TryCreate(rawTarget, UriKind.Absolute, out Uri? absolute))
        {
            rawTarget = absolute.PathAndQuery;
        }

        int mark = rawTarget.IndexOf('?', StringComparison.Ordinal);
        string path = mark < 0 ? rawTarget : rawTarget[..mark];
        string query = mark < 0 ? "" : rawTarget[(mark + 1)..];
        bool isClean = !path.Contains("//", StringComparison.Ordinal) && !path.Contains("/.", StringComparison.Ordinal)
            && (path.Length <= 1 || path[^1] != '/');
        return new RequestTarget(isClean ? path : Clean(path), query);
    }

    /// <summary>Reads an escaped part as a form does: <c>+</c> is a space.</summary>
    /// <exception cref="ApiException">
    /// It is no UTF-8: daprd keeps such bytes as they are, and here two keys or topics would become one.
    /// </exception>
    public static string Decode(ReadOnlySpan<char> escaped)
    {
        if (escaped.IndexOfAny('%', '+') < 0)
        {
            return escaped.ToString();
        }

        ReadOnlySpan<char> whole = escaped;
        byte[] bytes = new byte[Encoding.UTF8.GetMaxByteCount(escaped.Length)];
        int length = 0;
        while (!escaped.IsEmpty)
        {
            if (escaped[0] == '%' && escaped.Length >= 3 && char.IsAsciiHexDigit(escaped[1]) && char.IsAsciiHexDigit(escaped[2]))
            {
                bytes[length++] = Convert.FromHexString(escaped[1..3])[0];
                escaped = escaped[3..];
            }
            else
            {
                length += Encoding.UTF8.GetBytes(escaped[0] == '+' ? " " : escaped[..1], bytes.AsSpan(length));
                escaped = escaped[1..];
            }
        }

        try
        {
            return Strict.GetString(bytes, 0, length);
        }
        catch (DecoderFallbackException)
        {
            throw new ApiException(ApiError.Malformed($"'{whole}' in the address is no UTF-8"));
        }
    }

    /// <summary>The <c>metadata.NAME=value</c> pairs of the query; of a repeated name the first.</summary>
    public Dictionary<string, string> Metadata()
    {
        if (Query.Length == 0)
        {
            return None;
        }

        Dictionary<string, string>? metadata = null;
        foreach ((string name, string value) in Pairs())
        {
            if (name.StartsWith(MetadataPrefix, StringComparison.Ordinal))
            {
                metadata ??= new Dictionary<string, string>(StringComparer.Ordinal);
                metadata.TryAdd(name[MetadataPrefix.Length..], value);
            }
        }

        return metadata ?? None;
    }

    /// <summary>A value of the query, or null.</summary>
    public string? Value(string wanted) =>
        Query.Length == 0 ? null : Pairs().FirstOrDefault(pair => pair.Name == wanted).Value;

    private IEnumerable<(string Name, string Value)> Pairs()
    {
        foreach (string pair in Query.Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            int equals = pair.IndexOf('=', StringComparison.Ordinal);
            yield return equals < 0 ? (Decode(pair), "") : (Decode(pair.AsSpan(0, equals)), Decode(pair.AsSpan(equals + 1)));
        }
    }

    private static string Clean(string path)
    {
        var segments = new List<string>();
        foreach (string segment in path.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            if (segment == "..")
            {
                if (segments.Count > 0)
                {
                    segments.RemoveAt(segments.Count - 1);
                }
            }
            else if (segment != ".")
            {
                segments.Add(segment);
            }
        }

        return "/" + string.Join('/', segments);
    }
}
