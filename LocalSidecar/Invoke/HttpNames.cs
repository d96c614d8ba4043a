namespace LocalSidecar.Invoke;

/// <summary>HTTP's own header names. In gRPC metadata they would say something of the gRPC call, and go as <c>dapr-…</c>.</summary>
internal static class HttpNames
{
    public const string Prefix = "dapr-";

    private static readonly HashSet<string> Own = new(StringComparer.OrdinalIgnoreCase)
    {
        "Accept", "Accept-Charset", "Accept-Language", "Accept-Ranges", "Cache-Control", "Content-Type", "Cookie", "Date",
        "Expect", "From", "Host", "If-Match", "If-Modified-Since", "If-None-Match", "If-Schedule-Tag-Match", "If-Unmodified-Since",
        "Max-Forwards", "Origin", "Pragma", "Referer", "Via", "Warning",
    };

    public static bool Has(string name) => Own.Contains(name);

    /// <summary>The name that a caller's header has as metadata.</summary>
    public static string ToMetadata(string name) =>
        Has(name) || name.Equals("Content-Length", StringComparison.OrdinalIgnoreCase) ? Prefix + name : name;
}
